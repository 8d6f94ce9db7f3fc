import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision, Progress } from '../contracts/flight.ts';
import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { certain, quantilesOf, scaleQuantiles, valueAt } from '../numerics/quantiles.ts';
import { percentText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';

/** How long a run still takes, and what that rests on. */
export interface RemainingTime {
  readonly seconds: Quantiles;
  readonly basis: string;
}

/** Standard normal quantiles at QUANTILE_LEVELS. */
const NORMAL_SCORES = [-1.95996, -1.64485, -1.28155, -0.67449, 0, 0.67449, 1.28155, 1.64485, 1.95996];
/** A start-up or a step that is overdue will not end this very second. */
const SOONEST_END_SECONDS = 60;
/** Points at which the planned runtime is sampled. */
const SAMPLES = 400;
/** A measured share of work that falls by less is rounding, not a setback. */
const PROGRESS_TOLERANCE = 0.01;
/** Below this share of work done, its rate says less than the plan. */
const LEAST_TELLING_PROGRESS = 0.03;

/**
 * How long a run still takes: by the rate of its progress where that is known, joined with the plan; else by the
 * planned runtime, given that it has not ended yet.
 */
export function remainingTime(
  plan: FleetPlan,
  view: ClusterView,
  progress: Progress,
  previous: PilotDecision | null,
  now: string,
): RemainingTime {
  if (progress.stepsDone >= progress.stepsTotal) return { seconds: certain(0), basis: 'all steps are done' };
  const startedAt = view.steps
    .flatMap((step) => step.startedAt ?? [])
    .sort()
    .at(0);
  if (startedAt === undefined) return beforeTheStart(plan, view, now);

  const elapsed = Math.max(secondsBetween(startedAt, now), 0);
  const { slowdown, note } = capacityOf(plan, view);
  const planned = scaleQuantiles(plan.forecast.runtimeSeconds, slowdown);
  const byTime = (why: string) => ({
    seconds: stillToRun(planned, elapsed),
    basis: `${why}; judged by time alone${note}`,
  });

  const { workDone } = progress;
  const before = previous?.progress.workDone ?? null;
  if (workDone === null) return byTime('nothing reports progress');
  if (before !== null && workDone < before - PROGRESS_TOLERANCE) {
    return byTime(`progress went backwards from ${percentText(before)} to ${percentText(workDone)}`);
  }
  if (workDone < LEAST_TELLING_PROGRESS) return byTime(`only ${percentText(workDone)} of the work is done`);
  return {
    seconds: joinedWithRate(plan, elapsed, workDone, slowdown),
    basis: `${percentText(workDone)} of the work is done${note}`,
  };
}

function beforeTheStart(plan: FleetPlan, view: ClusterView, now: string): RemainingTime {
  const waited = Math.max(secondsBetween(view.createdAt, now), 0);
  const left = Math.max(plan.forecast.startupSeconds - waited, SOONEST_END_SECONDS);
  return {
    seconds: plan.forecast.runtimeSeconds.map((seconds) => seconds + left),
    basis: 'the steps have not started',
  };
}

/** What of a runtime's distribution is left, given that the run has gone on for so long. */
function stillToRun(runtime: Quantiles, elapsed: number): Quantiles {
  const left: number[] = [];
  for (let i = 0; i < SAMPLES; i += 1) {
    const seconds = valueAt(runtime, (i + 0.5) / SAMPLES);
    if (seconds > elapsed) left.push(Math.max(seconds - elapsed, SOONEST_END_SECONDS));
  }
  // longer than anything foreseen: the longer a run has lasted, the longer it may still last
  if (left.length < SAMPLES / 40) {
    return NORMAL_SCORES.map((score) =>
      Math.max(0.15 * elapsed * Math.exp(0.8 * score), SOONEST_END_SECONDS),
    );
  }
  return quantilesOf(left);
}

/**
 * Remaining seconds by the plan and by the rate of progress, joined by their precision on a log scale. The rate
 * counts for more the more is done.
 */
function joinedWithRate(plan: FleetPlan, elapsed: number, workDone: number, slowdown: number): Quantiles {
  const open = Math.max(1 - workDone, 0.001);
  const median = Math.max(valueAt(plan.forecast.runtimeSeconds, 0.5), 1);
  const high = Math.max(valueAt(plan.forecast.runtimeSeconds, 0.9), median * 1.02);
  const planSpread = Math.log(high / median) / 1.28155;
  const rateSpread = 0.02 + 0.18 * open;
  const byPlan = Math.log(open * median * slowdown);
  const byRate = Math.log(Math.max((open / workDone) * elapsed * slowdown, 1));
  const planWeight = 1 / planSpread ** 2;
  const rateWeight = 1 / rateSpread ** 2;
  const centre = (byPlan * planWeight + byRate * rateWeight) / (planWeight + rateWeight);
  // when the two disagree, neither is to be trusted as far as it says
  const disagreement = Math.abs(byPlan - byRate) / 3;
  const spread = Math.hypot(Math.sqrt(1 / (planWeight + rateWeight)), disagreement);
  return NORMAL_SCORES.map((score) => Math.exp(centre + spread * score));
}

/** How much slower the run goes with the capacity it has than with what was planned; 1 when it has all of it. */
function capacityOf(plan: FleetPlan, view: ClusterView): { slowdown: number; note: string } {
  const planned = plan.fleets
    .filter((fleet) => fleet.role !== 'primary')
    .reduce((sum, fleet) => sum + fleet.onDemandUnits + fleet.spotUnits, 0);
  const running = view.fleets
    .filter((fleet) => fleet.role !== 'primary')
    .reduce((sum, fleet) => sum + fleet.runningOnDemandUnits + fleet.runningSpotUnits, 0);
  if (planned === 0 || running === 0) return { slowdown: 1, note: '' };
  const slowdown = Math.min(Math.max(planned / running, 0.25), 10);
  const note = running === planned ? '' : `, ${running} of ${planned} planned vCPUs are running`;
  return { slowdown, note };
}

/**
 * Probability that a run takes longer than so many seconds more.
 *
 * @param secondsLeft  until the deadline; negative once it has passed
 */
export function lateProbabilityOf(remaining: Quantiles, secondsLeft: number): number {
  const first = remaining[0] ?? 0;
  const last = remaining.at(-1) ?? 0;
  if (secondsLeft < first) return 1;
  if (secondsLeft >= last) return 0;
  for (let i = 1; i < remaining.length; i += 1) {
    const upper = remaining[i] ?? last;
    if (secondsLeft >= upper) continue;
    const lower = remaining[i - 1] ?? first;
    const lowerLevel = QUANTILE_LEVELS[i - 1] ?? 0;
    const upperLevel = QUANTILE_LEVELS[i] ?? 1;
    return 1 - (lowerLevel + ((secondsLeft - lower) / (upper - lower)) * (upperLevel - lowerLevel));
  }
  return 0;
}
