import type { Quantiles } from '../contracts/quantities.ts';
import { valueAt } from '../numerics/quantiles.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';

/** A miss this likely is told early, once it was seen on two looks. */
const ALMOST_SURE = 0.85;
/**
 * At the last moment that leaves people time to react, a miss that is likelier than not is told; with hardly any of
 * that time left, one that is just so. Chosen over 2,400 drawn flights, none of them a test's: of a hundred
 * announcements two were false; a twentieth lower, four are.
 */
const LIKELIER_THAN_NOT = 0.65;
const AT_THE_LATEST = 0.6;
const HARDLY_ANY_SHARE = 0.2;
/** A miss counts as told in time this long before the deadline, and this share of the runtime. */
const LEAST_LEAD_SECONDS = 15 * SECONDS_PER_MINUTE;
const LEAD_SHARE = 0.2;
/** The last moment lies before the lead time: a runtime that turns out longer makes that longer as well. */
const MARGIN_SHARE = 0.3;
const MARGIN_SECONDS = 2 * SECONDS_PER_MINUTE;
/** Two looks make a finding only if the measured progress can have changed between them. */
export const CONFIRMING_SECONDS = 55;

/** The lead time that people need grows with the runtime, of which only that of a miss counts. */
const LATE_RUN_LEVEL = 0.8;

/** How a miss looks now. */
export interface MissOutlook {
  /** lateness with the best rescue that is left */
  readonly lateProbability: number;
  readonly secondsLeft: number;
  /** since the steps began; 0 before */
  readonly elapsedSeconds: number;
  /** how long the whole run may take, should it be late */
  readonly runtimeSeconds: number;
  /** an almost sure miss needs no second look: an earlier one saw it too, or nothing was measured that could err */
  readonly confirmed: boolean;
}

/**
 * How long a run may take, should it be late: a quantile of that part of its distribution.
 *
 * @param seconds  what the run takes, or still takes
 */
export function runtimeIfLate(seconds: Quantiles, lateProbability: number): number {
  return valueAt(seconds, 1 - lateProbability * (1 - LATE_RUN_LEVEL));
}

/** Seconds until the last moment to tell people of a miss; negative once it has passed. */
export function secondsToTell(outlook: MissOutlook): number {
  return outlook.secondsLeft - leadSeconds(outlook.runtimeSeconds) * (1 + MARGIN_SHARE) - MARGIN_SECONDS;
}

function leadSeconds(runtimeSeconds: number): number {
  return Math.max(LEAST_LEAD_SECONDS, LEAD_SHARE * runtimeSeconds);
}

/** Whether a plan is late so likely that it is worth asking whether to tell people before it flies. */
export function isMissLikely(lateProbability: number): boolean {
  return lateProbability >= AT_THE_LATEST;
}

/** Whether a miss is almost sure on this look. */
export function isAlmostSure({ lateProbability }: Pick<MissOutlook, 'lateProbability'>): boolean {
  return lateProbability >= ALMOST_SURE;
}

/** Whether what was almost sure since then, look by look, is a finding by now. */
export function isConfirmed(likelySince: string | null, now: string): boolean {
  return likelySince !== null && secondsBetween(likelySince, now) >= CONFIRMING_SECONDS;
}

/**
 * Whether to tell people now: an almost sure miss that the look before saw too; one clearly likelier than not at the last
 * moment. After that a guess helps nobody, and only what is almost sure is told. Told wrongly, a miss costs trust;
 * told late, the reaction.
 */
export function shouldTell(outlook: MissOutlook): boolean {
  const { secondsLeft, confirmed, lateProbability } = outlook;
  if (secondsLeft <= 0) return true;
  if (isAlmostSure(outlook) && confirmed) return true;
  // a run that ends after the deadline takes at least until then
  const lead = leadSeconds(outlook.elapsedSeconds + secondsLeft);
  if (secondsToTell(outlook) > SECONDS_PER_MINUTE || secondsLeft < lead) return false;
  const hardlyAny = secondsLeft <= lead * (1 + HARDLY_ANY_SHARE) + MARGIN_SECONDS;
  return lateProbability >= (hardlyAny ? AT_THE_LATEST : LIKELIER_THAN_NOT);
}
