import { BILLED_BEYOND_RUN_SECONDS } from '../../sizing/cluster-times.ts';
import { SECONDS_PER_HOUR } from '../../units.ts';
import { PROVISIONING_SECONDS } from '../capacity.ts';

/** The rest of a flight on a fleet that changes once what it was given has been provisioned. */
export interface Course {
  /** work on planned capacity per second, until then and from then on */
  readonly speed: number;
  readonly laterSpeed: number;
  readonly usdPerHour: number;
  /** what comes is paid from its request on, long before it works */
  readonly addedUsdPerHour: number;
}

/** How a course ends, over all amounts of work that may be left. */
export interface Outcome {
  readonly lateProbability: number;
  readonly meanSeconds: number;
  readonly costUsd: number;
}

/**
 * Plays a course out.
 *
 * @param workSeconds  equally likely amounts of work that is left, in seconds on planned capacity
 * @param secondsLeft  until the deadline
 */
export function outcomeOf(workSeconds: readonly number[], secondsLeft: number, course: Course): Outcome {
  const { speed, laterSpeed, usdPerHour, addedUsdPerHour } = course;
  const early = speed * PROVISIONING_SECONDS;
  let late = 0;
  let sum = 0;
  for (const work of workSeconds) {
    const seconds = work <= early ? work / speed : PROVISIONING_SECONDS + (work - early) / laterSpeed;
    sum += seconds;
    if (seconds > secondsLeft) late += 1;
  }
  const meanSeconds = sum / workSeconds.length;
  const billedHours = (meanSeconds + BILLED_BEYOND_RUN_SECONDS) / SECONDS_PER_HOUR;
  return {
    lateProbability: late / workSeconds.length,
    meanSeconds,
    costUsd: billedHours * (usdPerHour + addedUsdPerHour),
  };
}

/** One of two outcomes, the first with a probability. */
export function mixed(one: Outcome, other: Outcome, probability: number): Outcome {
  const mix = (a: number, b: number): number => probability * a + (1 - probability) * b;
  return {
    lateProbability: mix(one.lateProbability, other.lateProbability),
    meanSeconds: mix(one.meanSeconds, other.meanSeconds),
    costUsd: mix(one.costUsd, other.costUsd),
  };
}
