import type { Landing, PilotDecision } from '../../contracts/flight.ts';
import type { Quantiles } from '../../contracts/quantities.ts';
import type { LoadForecast } from '../../contracts/load-forecast.ts';
import { remedyAfter, type EarlierFailures } from '../../failure-policy/next-remedy.ts';
import { medianOf } from '../../numerics/quantiles.ts';
import { bytesText } from '../../units-text.ts';
import type { LandingContext } from '../landing.ts';

/**
 * Whether a flight may be given up for a fresh attempt: one is left, and the failure policy would try it. A flight that
 * nothing follows is flown on, however late.
 *
 * @param earlier  what attempts of this start failed of before
 */
export function mayBeOutpaced(
  { attempt, maxAttempts }: Pick<LandingContext, 'attempt' | 'maxAttempts'>,
  earlier: EarlierFailures,
): boolean {
  return attempt < maxAttempts && remedyAfter('outpaced', earlier) !== 'stop-and-tell';
}

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

/** The forecast of a fresh attempt: the load for which it was begun, so that its plan is the one that was promised. */
export function asFlightShowed(forecast: LoadForecast, inputBytes: Quantiles): LoadForecast {
  return {
    ...forecast,
    inputBytes,
    reason: `${forecast.reason} The attempt before showed work as of ${bytesText(medianOf(inputBytes))}: planned for that.`,
  };
}
