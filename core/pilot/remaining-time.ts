import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { valueAt } from '../numerics/quantiles.ts';
import { PROVISIONING_SECONDS } from './capacity.ts';
import type { ObservedTrack } from './flight-track.ts';

/** Work that may be left, in seconds on planned capacity, ascending, each with its probability. */
export interface RemainingWork {
  readonly seconds: readonly number[];
  readonly probabilities: readonly number[];
  /** at each, the probability that so much or more is left */
  readonly atLeast: readonly number[];
}

/** How fast the rest is worked, in seconds of work on planned capacity per second. */
export interface Pace {
  /** until other capacity comes */
  readonly now: number;
  /** with what comes */
  readonly later: number;
  readonly comesInSeconds: number;
  readonly comesWithProbability: number;
}

const GRID_POINTS = 400;
/** A step that is overdue will not end this very second. */
const SOONEST_END_SECONDS = 15;
/** So many times what plan and progress suggest is looked at as the longest that may be left. */
const GRID_REACH = 30;
/** How often a plan is simply wrong (another input, another code), and how far off it is then, on a log scale. */
const PLAN_WRONG = 0.25;
const PLAN_WRONG_LOG_SPREAD = 1;
/** No plan knows a runtime better than this. */
const LEAST_PLAN_LOG_SPREAD = 0.08;
/**
 * Stages run at different speeds, so the share of work done parts from the share of time gone and meets it at both
 * ends, as a Brownian bridge does: with a spread of this × √(x (1 − x)) at a share x of the time. A stage that is
 * twice as slow as the others and makes a third of the work is within one standard deviation.
 */
const BRIDGE_SPREAD = 0.3;
/**
 * Skewed partitions and stragglers: the last tenth of the work often takes a fifth of the time and more, and nothing
 * in the progress before tells of it.
 */
const TAIL = { probability: 0.25, workShare: 0.1, timeShare: 0.22 } as const;
/** What progress cannot tell at any time: tasks that have not ended count for nothing. */
const LEAST_SPREAD = 0.01;
/** How often progress follows no such rule at all. */
const OUTLANDISH = 0.01;
/** Progress below this share tells no rate. */
const LEAST_TELLING_PROGRESS = 0.005;
/** A start-up that is overdue goes on for about half of what it is overdue by. */
const OVERDUE_SHARE = 0.5;

const NORMAL_90 = 1.28155;
const NORMAL_95 = 1.64485;

/**
 * What is left of a run's work, by Bayes' rule on a grid. Prior: the plan's runtime, and with a small weight that
 * the plan is wrong. Evidence: it has not ended yet; and its progress, which follows the share of time gone the more
 * closely the nearer either is to its end. Whether the time before the first work was start-up, or tasks that had not ended yet, is not
 * known: both are believed alike. After a restart all of this is asked of the work that did not survive it.
 *
 * @param runtimeSeconds  as planned, from the first step's start to the last one's end
 */
export function remainingWork(runtimeSeconds: Quantiles, track: ObservedTrack): RemainingWork {
  const { workedSeconds, survivedShare = 0 } = track;
  const prior = priorOf(runtimeSeconds.map((seconds) => seconds * (1 - survivedShare)));
  const longest = GRID_REACH * Math.max(prior.median, workedSeconds, 60);
  const step = Math.log(longest / SOONEST_END_SECONDS) / (GRID_POINTS - 1);
  const seconds: number[] = [];
  const logWeights: number[] = [];
  for (let i = 0; i < GRID_POINTS; i += 1) {
    const left = SOONEST_END_SECONDS * Math.exp(i * step);
    const total = workedSeconds + left;
    seconds.push(left);
    // densities over log total, on a grid over log left
    logWeights.push(prior.logDensity(total) + logLikelihood(track, total) + Math.log(left / total));
  }
  const highest = Math.max(...logWeights);
  const weights = logWeights.map((weight) => Math.exp(weight - highest));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const probabilities = weights.map((weight) => weight / sum);
  let reached = 0;
  const atLeast = probabilities
    .toReversed()
    .map((probability) => (reached += probability))
    .toReversed();
  return { seconds, probabilities, atLeast };
}

interface Prior {
  readonly median: number;
  logDensity(total: number): number;
}

/** The planned runtime as a lognormal with a spread of its own to either side. */
function priorOf(quantiles: Quantiles): Prior {
  const median = Math.max(valueAt(quantiles, 0.5), 1);
  const logOf = (level: number) => Math.log(Math.max(valueAt(quantiles, level), 1) / median);
  const below = Math.max(-logOf(0.1) / NORMAL_90, -logOf(0.05) / NORMAL_95, LEAST_PLAN_LOG_SPREAD);
  const above = Math.max(logOf(0.9) / NORMAL_90, logOf(0.95) / NORMAL_95, LEAST_PLAN_LOG_SPREAD);
  return {
    median,
    logDensity(total) {
      const distance = Math.log(total / median);
      const right = normalDensity(distance, distance < 0 ? below : above);
      const wrong = normalDensity(distance, Math.max(PLAN_WRONG_LOG_SPREAD, above));
      return Math.log((1 - PLAN_WRONG) * right + PLAN_WRONG * wrong + Number.MIN_VALUE);
    },
  };
}

/** Log likelihood of the newest progress, had the run such a total. */
function logLikelihood(track: ObservedTrack, total: number): number {
  const { lastProgress, workBeganSeconds, survivedShare = 0 } = track;
  if (lastProgress === null || survivedShare >= 1) return 0;
  const workDone = (lastProgress.workDone - survivedShare) / (1 - survivedShare);
  if (workDone < LEAST_TELLING_PROGRESS) return 0;
  const { workedSeconds } = lastProgress;
  const startup = Math.min(workBeganSeconds ?? 0, workedSeconds);
  const allWork = bridgeDensity(workDone, workedSeconds / total);
  const afterStartup = bridgeDensity(workDone, (workedSeconds - startup) / (total - startup));
  return Math.log(0.5 * allWork + 0.5 * afterStartup + OUTLANDISH);
}

/** Density of a share of work done at a share of the time, evenly worked or with a slow tail. */
function bridgeDensity(workDone: number, timeShare: number): number {
  const share = Math.min(Math.max(timeShare, 0), 1);
  const spread = Math.hypot(BRIDGE_SPREAD * Math.sqrt(share * (1 - share)), LEAST_SPREAD);
  const even = normalDensity(workDone - share, spread);
  return (
    (1 - TAIL.probability) * even + TAIL.probability * normalDensity(workDone - doneWithTail(share), spread)
  );
}

function doneWithTail(timeShare: number): number {
  const before = 1 - TAIL.timeShare;
  return timeShare <= before
    ? (timeShare / before) * (1 - TAIL.workShare)
    : 1 - ((1 - timeShare) / TAIL.timeShare) * TAIL.workShare;
}

function normalDensity(distance: number, spread: number): number {
  return Math.exp(-0.5 * (distance / spread) ** 2) / spread;
}

/**
 * Seconds of start-up still to come.
 *
 * @param waitedSeconds  since the cluster was asked for
 */
export function startupLeft(plan: FleetPlan, waitedSeconds: number): number {
  const { startupSeconds } = plan.forecast;
  const overdue = Math.max(waitedSeconds - startupSeconds, 0);
  return Math.max(startupSeconds - waitedSeconds, OVERDUE_SHARE * overdue, SOONEST_END_SECONDS);
}

/** Probability that work takes longer than so many seconds; 1 for a deadline that has passed. */
export function lateProbability(work: RemainingWork, pace: Pace, secondsLeft: number): number {
  if (secondsLeft <= 0) return 1;
  const without = pace.now * secondsLeft;
  const early = Math.min(secondsLeft, pace.comesInSeconds);
  const withMore = pace.now * early + pace.later * (secondsLeft - early);
  const comes = pace.comesWithProbability;
  const late = comes * probabilityAbove(work, withMore) + (1 - comes) * probabilityAbove(work, without);
  return Math.min(Math.max(late, 0), 1);
}

/** Rescues try many sizes, and each asks this: by bisection. */
function probabilityAbove({ seconds, atLeast }: RemainingWork, limit: number): number {
  let low = 0;
  let high = seconds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seconds[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return atLeast[low] ?? 0;
}

/**
 * The distribution of the time that is left.
 *
 * @param delaySeconds  before any work is done
 */
export function remainingSeconds(work: RemainingWork, pace: Pace, delaySeconds: number): Quantiles {
  const comes = pace.comesWithProbability;
  const early = pace.now * pace.comesInSeconds;
  const withMore = (left: number) =>
    left <= early ? left / pace.now : pace.comesInSeconds + (left - early) / pace.later;
  const without = (left: number) => left / pace.now;
  const { seconds, probabilities } = work;
  // two ascending lists of outcomes, merged as far as the next level
  let i = 0;
  let k = 0;
  let reached = 0;
  let last = 0;
  return QUANTILE_LEVELS.map((level) => {
    while (reached < level && (i < seconds.length || k < seconds.length)) {
      const more = i < seconds.length ? withMore(seconds[i] ?? 0) : Number.POSITIVE_INFINITY;
      const less = k < seconds.length ? without(seconds[k] ?? 0) : Number.POSITIVE_INFINITY;
      last = Math.min(more, less);
      if (more <= less) reached += comes * (probabilities[i++] ?? 0);
      else reached += (1 - comes) * (probabilities[k++] ?? 0);
    }
    return last + delaySeconds;
  });
}

/** The pace with other capacity on its way. */
export function paceOf(now: number, later: number, comesWithProbability: number): Pace {
  return { now, later, comesInSeconds: PROVISIONING_SECONDS, comesWithProbability };
}
