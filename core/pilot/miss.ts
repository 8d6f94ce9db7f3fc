import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';

/** A miss this likely is told early, once it was seen on two looks. */
const ALMOST_SURE = 0.85;
/** At the last moment that leaves people time to react, a miss that is clearly likelier than not is told. */
const LIKELIER_THAN_NOT = 0.65;
/** With hardly any of that time left, one that is likelier than not is told. */
const AT_THE_LATEST = 0.55;
const HARDLY_ANY_SHARE = 0.2;
/** A miss counts as told in time this long before the deadline, and this share of the runtime. */
const LEAST_LEAD_SECONDS = 15 * SECONDS_PER_MINUTE;
const LEAD_SHARE = 0.2;
/** The last moment lies before the lead time: a runtime that turns out longer makes that longer as well. */
const MARGIN_SHARE = 0.5;
const MARGIN_SECONDS = 2 * SECONDS_PER_MINUTE;
/** Two looks make a finding only if the measured progress can have changed between them. */
export const CONFIRMING_SECONDS = 55;

/** How a miss looks now. */
export interface MissOutlook {
  /** lateness with the best rescue that is left */
  readonly lateProbability: number;
  readonly secondsLeft: number;
  /** how long the whole run may take, seconds */
  readonly runtimeSeconds: number;
  /** since when, look by look, it was almost sure */
  readonly likelySince: string | null;
  /** ISO 8601 */
  readonly now: string;
}

/** Seconds until the last moment to tell people of a miss; negative once it has passed. */
export function secondsToTell(outlook: MissOutlook): number {
  return outlook.secondsLeft - leadSeconds(outlook) * (1 + MARGIN_SHARE) - MARGIN_SECONDS;
}

function leadSeconds({ runtimeSeconds }: MissOutlook): number {
  return Math.max(LEAST_LEAD_SECONDS, LEAD_SHARE * runtimeSeconds);
}

/** Whether a miss is almost sure on this look. */
export function isAlmostSure({ lateProbability }: MissOutlook): boolean {
  return lateProbability >= ALMOST_SURE;
}

/**
 * Whether to tell people now: an almost sure miss that the look before saw too; one clearly likelier than not at the last
 * moment. After that a guess helps nobody, and only what is almost sure is told. Told wrongly, a miss costs trust;
 * told late, the reaction.
 */
export function shouldTell(outlook: MissOutlook): boolean {
  const { secondsLeft, likelySince, now, lateProbability } = outlook;
  if (secondsLeft <= 0) return true;
  const confirmed = likelySince !== null && secondsBetween(likelySince, now) >= CONFIRMING_SECONDS;
  if (isAlmostSure(outlook) && confirmed) return true;
  const lead = leadSeconds(outlook);
  if (secondsToTell(outlook) > SECONDS_PER_MINUTE || secondsLeft < lead) return false;
  const hardlyAny = secondsLeft <= lead * (1 + HARDLY_ANY_SHARE) + MARGIN_SECONDS;
  return lateProbability >= (hardlyAny ? AT_THE_LATEST : LIKELIER_THAN_NOT);
}
