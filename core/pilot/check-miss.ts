import type { Hindrance } from '../contracts/miss-warning.ts';
import type { Job } from '../contracts/job.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import type { Run } from '../contracts/run.ts';
import { medianOf, valueAt } from '../numerics/quantiles.ts';
import { afterSeconds, secondsBetween, SECONDS_PER_MINUTE } from '../units.ts';
import type { Need } from './expected-need.ts';
import { NOTHING_WORKED } from './flight-track.ts';
import { runtimeIfLate, secondsToTell, shouldTell, type MissOutlook } from './miss.ts';
import { paceOf, remainingSeconds, remainingWork, type RemainingWork } from './remaining-time.ts';

/** What one has waited for so long mostly takes as long again; the first minutes of a wait tell nothing. */
const LEAST_TELLING_WAIT_SECONDS = 10 * SECONDS_PER_MINUTE;
/** From the end of the run that has the job's place until that is free: collect, release, report. */
const HANDING_OVER_SECONDS = 5 * SECONDS_PER_MINUTE;
const CHECK_SECONDS = { least: 60, most: 900 } as const;
/** A run that needs longer than this level of what it is taken to need is slow. */
const SLOW_LEVEL = 0.9;

/** A run that does not fly yet, and why. */
export interface Waiting {
  readonly run: Pick<Run, 'deadlineAt'>;
  readonly job: Pick<Job, 'readiness'>;
  readonly hindrance: Hindrance;
  readonly need: Need;
  /** when the run that has the job's place is expected to end; null when that is not known, or none has it */
  readonly placeFreeAt: string | null;
  /** ISO 8601 */
  readonly now: string;
}

/** What a run's waiting comes to. */
export interface WaitingProspect {
  readonly tell: boolean;
  readonly lateProbability: number;
  readonly predictedFinishAt: string;
  /** see MissCheck */
  readonly checkAt: string | null;
}

/** How long the wait may still last: for certain at least, then for about as long as it has lasted, at most. */
interface Delay {
  readonly leastSeconds: number;
  /** null: no longer than the least */
  readonly scaleSeconds: number | null;
  readonly mostSeconds: number;
  /** what becomes of the run when that is over: it goes on, ends late (fails), or ends on purpose */
  readonly then: 'flies' | 'fails' | 'is-skipped';
}

/**
 * Whether people should be told that a run which does not fly yet will miss its deadline. It is late if what it waits
 * for, start-up and runtime together outlast the deadline; the same rule decides as in flight.
 */
export function checkMiss(waiting: Waiting): WaitingProspect {
  const { run, need, now } = waiting;
  const secondsLeft = secondsBetween(now, run.deadlineAt);
  const work = remainingWork(need.runtimeSeconds, { ...NOTHING_WORKED, shortSince: null });
  const runtime = remainingSeconds(work, paceOf(1, 1, 0), 0);
  const delay = delayOf(waiting, need.startupSeconds + medianOf(runtime));
  const spare = secondsLeft - need.startupSeconds;
  const lateProbability = lateProbabilityOf(work, delay, spare);
  const outlook: MissOutlook = {
    lateProbability,
    secondsLeft,
    elapsedSeconds: 0,
    runtimeSeconds: runtimeIfLate(runtime, lateProbability),
    confirmed: true,
  };
  const tell = shouldTell(outlook);
  const expectedSeconds = medianDelaySeconds(delay) + need.startupSeconds + medianOf(runtime);
  return {
    tell,
    lateProbability,
    predictedFinishAt: afterSeconds(now, expectedSeconds),
    checkAt: tell ? null : afterSeconds(now, secondsToCheck(outlook, need.startupSeconds, runtime)),
  };
}

function delayOf({ hindrance, job, placeFreeAt, now }: Waiting, flightSeconds: number): Delay {
  const none: Delay = {
    leastSeconds: 0,
    scaleSeconds: null,
    mostSeconds: Number.POSITIVE_INFINITY,
    then: 'flies',
  };
  const waitedSeconds = Math.max(secondsBetween(hindrance.since, now), 0);
  const scaleSeconds = Math.max(waitedSeconds, LEAST_TELLING_WAIT_SECONDS);
  switch (hindrance.kind) {
    case 'plan':
      return none;
    // people were told with the question until when an answer helps; a miss it is once not even one at once does
    case 'approval':
      return none;
    case 'turn': {
      const aheadSeconds =
        placeFreeAt === null ? flightSeconds : Math.max(secondsBetween(now, placeFreeAt), 0);
      return { ...none, leastSeconds: aheadSeconds + HANDING_OVER_SECONDS };
    }
    case 'launch':
      return { ...none, scaleSeconds };
    case 'input': {
      if (job.readiness === undefined) return { ...none, scaleSeconds };
      const { waitMinutes, onTimeout } = job.readiness;
      const mostSeconds = Math.max(waitMinutes * SECONDS_PER_MINUTE - waitedSeconds, 0);
      const then = ({ run: 'flies', fail: 'fails', skip: 'is-skipped' } as const)[onTimeout];
      return { leastSeconds: 0, scaleSeconds, mostSeconds, then };
    }
  }
}

/** Probability that a run which has so many seconds for its wait and its work is late. */
function lateProbabilityOf(work: RemainingWork, delay: Delay, spareSeconds: number): number {
  const late = work.seconds.reduce(
    (sum, seconds, i) => sum + (work.probabilities[i] ?? 0) * outlasts(delay, spareSeconds - seconds),
    0,
  );
  return Math.min(Math.max(late, 0), 1);
}

/** Probability that the wait leaves the run late when it may last so long. */
function outlasts(delay: Delay, seconds: number): number {
  if (seconds < delay.leastSeconds) return 1;
  if (delay.scaleSeconds === null) return 0;
  const atMost = longerThan(delay, delay.mostSeconds);
  const longer = longerThan(delay, Math.min(seconds, delay.mostSeconds));
  if (delay.then === 'fails') return longer;
  if (delay.then === 'is-skipped') return atMost >= 1 ? 0 : (longer - atMost) / (1 - atMost);
  return seconds >= delay.mostSeconds ? 0 : longer;
}

function longerThan({ leastSeconds, scaleSeconds }: Delay, seconds: number): number {
  if (scaleSeconds === null || seconds <= leastSeconds) return 1;
  return scaleSeconds / (scaleSeconds + seconds - leastSeconds);
}

function medianDelaySeconds({ leastSeconds, scaleSeconds, mostSeconds }: Delay): number {
  return Math.min(leastSeconds + (scaleSeconds ?? 0), mostSeconds);
}

/** Often enough to see the moment from which even a run that began at once would mostly be late. */
function secondsToCheck(outlook: MissOutlook, startupSeconds: number, runtime: Quantiles): number {
  const slackSeconds = outlook.secondsLeft - startupSeconds - valueAt(runtime, SLOW_LEVEL);
  const soon = Math.min(slackSeconds / 2, secondsToTell(outlook));
  return Math.min(Math.max(soon, CHECK_SECONDS.least), CHECK_SECONDS.most);
}
