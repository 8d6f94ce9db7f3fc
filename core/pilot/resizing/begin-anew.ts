import type { Landing, PilotDecision } from '../../contracts/flight.ts';
import type { LandingContext } from '../landing.ts';

/** The end of a flight that another attempt outpaces; null for a flight that goes on. */
export function givenUpAsOutpaced(flight: LandingContext, decision: PilotDecision): Landing | null {
  if (decision.beginsAnew !== true || flight.attempt >= flight.maxAttempts) return null;
  return {
    outcome: 'failed',
    reason: `Given up for a fresh attempt: ${decision.reason}`,
    look: flight.look,
    retryable: true,
    endedBy: 'outpaced',
  };
}
