import {
  CALM_PERIODS,
  calmPeriods,
  type CalmOptions,
  type Period,
} from '../../core/incidents/root-cause/calm-periods.ts';
import type { RateRow } from '../../core/incidents/root-cause/scan-rates.ts';
import type { RateCase } from './read-rs.ts';

/** A case's counts now, beside those of the calm minutes before. */
export function rateRows(one: RateCase, options: CalmOptions = CALM_PERIODS): RateRow[] {
  const past = new Set(calmPeriods(periodsOf(one), one.nowSeconds, options));
  return one.leaves
    .filter(({ atSeconds }) => atSeconds === one.nowSeconds || past.has(atSeconds))
    .map(({ values, atSeconds, events, trials }) =>
      atSeconds === one.nowSeconds
        ? { values, events, trials, pastEvents: 0, pastTrials: 0 }
        : { values, events: 0, trials: 0, pastEvents: events, pastTrials: trials },
    );
}

function periodsOf({ leaves }: RateCase): Period[] {
  const periods = new Map<number, Period>();
  for (const { atSeconds, events, trials } of leaves) {
    const sums = periods.get(atSeconds);
    periods.set(atSeconds, {
      atSeconds,
      events: (sums?.events ?? 0) + events,
      trials: (sums?.trials ?? 0) + trials,
    });
  }
  return [...periods.values()];
}
