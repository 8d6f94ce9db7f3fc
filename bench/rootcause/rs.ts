import { elementName } from '../../core/incidents/root-cause/leaf-table.ts';
import { CALM_PERIODS, type CalmOptions } from '../../core/incidents/root-cause/calm-periods.ts';
import {
  RATE_SCAN,
  scanRates,
  type RateRow,
  type RateScanOptions,
} from '../../core/incidents/root-cause/scan-rates.ts';
import { heldOutScore } from './cross-validation.ts';
import type { TableCase } from './located.ts';
import { rateRows } from './rate-rows.ts';
import type { RateCase } from './read-rs.ts';
import { f1Of, matchesOf } from './scores.ts';

/** The constants that were chosen on these cases, and what they were chosen among. */
const CHOICES = {
  latest: [3, 5, 10],
  share: [0.5, 1],
  sharpness: [0.4, 0.5, 0.6, 0.7],
  costPerElement: [0.1, 0.15, 0.2],
} as const;

/** Cases of counted events, as every method sees them. */
export function rateTableCases(cases: readonly RateCase[]): TableCase[] {
  return cases.map((one) => ({
    name: one.name,
    attributes: one.attributes,
    causes: one.causes,
    rows: () => forecastRows(rateRows(one)),
    locate: () => named(one.attributes, rateRows(one), RATE_SCAN),
  }));
}

/** F1 on cases that had no say in the constants; null for too few cases. */
export function heldOutF1(cases: readonly RateCase[]): number | null {
  const calm = CHOICES.latest.flatMap((latest) => CHOICES.share.map((share) => ({ latest, share })));
  const scans = CHOICES.sharpness.flatMap((sharpness) =>
    CHOICES.costPerElement.map((costPerElement) => ({ ...RATE_SCAN, sharpness, costPerElement })),
  );
  const outcomes = calm.flatMap((periods: CalmOptions) => {
    const rows = cases.map((one) => rateRows(one, { ...CALM_PERIODS, ...periods }));
    return scans.map((scan) =>
      cases.map((one, i) => matchesOf(named(one.attributes, rows[i] ?? [], scan), one.causes)),
    );
  });
  return heldOutScore(outcomes, f1Of);
}

function named(attributes: readonly string[], rows: readonly RateRow[], options: RateScanOptions): string[] {
  return scanRates(attributes, rows, options)[0]?.elements.map(elementName) ?? [];
}

/** Baselines compare a value with its forecast: the forecast of a count is the past rate of its leaf. */
function forecastRows(rows: readonly RateRow[]) {
  const leaves = new Map<string, RateRow>();
  for (const row of rows) {
    const key = JSON.stringify(row.values);
    const sums = leaves.get(key);
    leaves.set(key, {
      values: row.values,
      events: (sums?.events ?? 0) + row.events,
      trials: (sums?.trials ?? 0) + row.trials,
      pastEvents: (sums?.pastEvents ?? 0) + row.pastEvents,
      pastTrials: (sums?.pastTrials ?? 0) + row.pastTrials,
    });
  }
  const all = [...leaves.values()];
  const total = (key: 'pastEvents' | 'pastTrials') => all.reduce((sum, row) => sum + row[key], 0);
  const rate = total('pastEvents') / Math.max(1, total('pastTrials'));
  return all.map(({ values, events, trials, pastEvents, pastTrials }) => ({
    values,
    actual: events,
    expected: trials * (pastTrials > 0 ? pastEvents / pastTrials : rate),
  }));
}
