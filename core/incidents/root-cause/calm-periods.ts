/** A past period's totals. */
export interface Period {
  /** when it began, seconds since 1970 or any other clock */
  readonly atSeconds: number;
  readonly events: number;
  readonly trials: number;
}

/** How many of the latest periods are looked at, and the share of them that is kept. */
export interface CalmOptions {
  readonly latest: number;
  readonly share: number;
}

export const CALM_PERIODS: CalmOptions = { latest: 3, share: 0.5 };

/**
 * The past periods that a rise is measured against: the calmer part of the latest ones. An incident often has
 * forerunners, and a past that holds them would hide what is new.
 *
 * @returns the `atSeconds` of the periods kept, at least one unless none is before `nowSeconds`
 */
export function calmPeriods(
  periods: readonly Period[],
  nowSeconds: number,
  { latest, share }: CalmOptions = CALM_PERIODS,
): number[] {
  const rateOf = ({ events, trials }: Period) => (trials > 0 ? events / trials : 0);
  const recent = periods
    .filter(({ atSeconds }) => atSeconds < nowSeconds)
    .sort((a, b) => b.atSeconds - a.atSeconds)
    .slice(0, latest);
  return recent
    .sort((a, b) => rateOf(a) - rateOf(b))
    .slice(0, Math.ceil(recent.length * share))
    .map(({ atSeconds }) => atSeconds);
}
