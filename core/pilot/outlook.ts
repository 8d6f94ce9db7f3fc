import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision } from '../contracts/flight.ts';
import { costOutlook, type CostOutlook } from './cost-outlook.ts';
import { prospectOf, type Prospect } from './prospect.ts';
import type { Situation } from './situation.ts';

/**
 * The pilot acts when lateness is this likely, twice as likely as the SLO allows, or clearly likelier than the plan
 * took it to be: what was accepted when the fleet was sized is no reason to resize it.
 */
const LEAST_ACTED_ON = 0.1;
const TIMES_SLO_ALLOWANCE = 2;
const TIMES_PLANNED = 1.5;
const MOST_TOLERATED = 0.5;
/** From here on nothing that is left to try keeps the deadline. */
export const SURELY_LATE = 0.97;

/** What a look has found out before it chooses. */
export interface Outlook {
  readonly prospect: Prospect;
  readonly cost: CostOutlook;
  /** lateness that the job accepts in flight, 0..1: beyond it the predicted finish has left its corridor */
  readonly tolerated: number;
  /** since when lateness is likelier than that; null: it is not */
  readonly endangeredSince: string | null;
  readonly lastResizeAt: string | null;
  /** people know of the miss already, and nothing helped */
  readonly outOfReach: boolean;
}

/** What one look finds out of a flight's finish and cost. */
export function outlookOf({ run, plan, view, progress, previous, now, slo }: Situation): Outlook {
  const prospect = prospectOf(plan, view, progress, previous, now, run.deadlineAt);
  const { lateProbability } = prospect;
  const tolerated = toleratedProbability(plan, plan.risk?.allowedLate ?? 1 - slo.target);
  return {
    prospect,
    cost: costOutlook(plan, view, previous, prospect.seconds, now),
    tolerated,
    endangeredSince: lateProbability > tolerated ? (previous?.track?.endangeredSince ?? now) : null,
    lastResizeAt: resizedAt(previous),
    outOfReach: isOutOfReach(previous, lateProbability),
  };
}

/** Once the look before found nothing left to try, only the money counts, unless the flight has caught up since. */
function isOutOfReach(previous: PilotDecision | null, lateProbability: number): boolean {
  return previous?.outOfReach === true && lateProbability >= SURELY_LATE;
}

function toleratedProbability(plan: FleetPlan, allowedLate: number): number {
  const allowed = TIMES_SLO_ALLOWANCE * allowedLate;
  const planned = TIMES_PLANNED * plan.forecast.lateProbability;
  return Math.min(Math.max(allowed, planned, LEAST_ACTED_ON), MOST_TOLERATED);
}

function resizedAt(previous: PilotDecision | null): string | null {
  if (previous === null) return null;
  return previous.lastResizeAt ?? (previous.action.kind === 'resize' ? previous.decidedAt : null);
}
