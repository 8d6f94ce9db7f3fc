/** At most this share of what is allowed is left unused for caution. */
const MOST_CAUTION = 0.35;

/**
 * The share of late scenarios that a search aims at: below what is allowed by one standard error of a share counted
 * over so many independent scenarios, since the fleet that looks best on some scenarios is a little worse on others.
 *
 * @param allowedLate  1 − SLO target
 * @param scenarios  over how many lateness is counted
 */
export function cautiousLateProbability(allowedLate: number, scenarios: number): number {
  const standardError = Math.sqrt((allowedLate * (1 - allowedLate)) / Math.max(scenarios, 1));
  return Math.max(allowedLate - standardError, (1 - MOST_CAUTION) * allowedLate);
}
