import { QUANTILE_LEVELS } from '../core/contracts/quantities.ts';
import { medianOf, sampleQuantile } from '../core/numerics/quantiles.ts';
import { MILLISECONDS_PER_DAY } from '../core/units.ts';
import type { RunView } from './report-data.ts';

type Loads = Pick<RunView['record'], 'scheduledAt' | 'inputBytes' | 'forecastInputBytes'>;

/** How far load forecasts were off beside those that need no forecaster, on the same runs. */
export interface AgainstNaive {
  readonly runs: number;
  /** medians of |actual − expected| ÷ actual */
  readonly forecastErrorShare: number;
  readonly naiveErrorShare: number;
}

const WEEK_MS = 7 * MILLISECONDS_PER_DAY;
/** Runs a week apart start within this of the same time, or a clock change lies between them. */
const SAME_TIME_MS = 90 * 60_000;

/**
 * Compares with the seasonal naive forecast: the load of the run a week before, or the newest one where there is none.
 *
 * @param jobs  runs of one job each, by scheduled time; a job's first run has nothing before it and does not count
 * @returns null when no run can be compared
 * @see Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd edition, 5.2
 */
export function againstNaive(jobs: readonly (readonly Loads[])[]): AgainstNaive | null {
  const pairs = jobs.flatMap((runs) =>
    runs.flatMap((run, i) => {
      const { inputBytes, forecastInputBytes } = run;
      if (inputBytes === null || inputBytes <= 0) return [];
      const naive = naiveOf(runs.slice(0, i), run.scheduledAt);
      if (naive === null || forecastInputBytes?.length !== QUANTILE_LEVELS.length) return [];
      const errorOf = (expected: number) => Math.abs(inputBytes - expected) / inputBytes;
      return [{ forecast: errorOf(medianOf(forecastInputBytes)), naive: errorOf(naive) }];
    }),
  );
  if (pairs.length === 0) return null;
  const median = (values: number[]) =>
    sampleQuantile(
      values.sort((a, b) => a - b),
      0.5,
    );
  return {
    runs: pairs.length,
    forecastErrorShare: median(pairs.map(({ forecast }) => forecast)),
    naiveErrorShare: median(pairs.map(({ naive }) => naive)),
  };
}

function naiveOf(before: readonly Loads[], scheduledAt: string): number | null {
  const atMs = Date.parse(scheduledAt);
  const known = before.filter((run) => run.inputBytes !== null && run.inputBytes > 0);
  const lastWeek = known.find(
    (run) => Math.abs(atMs - Date.parse(run.scheduledAt) - WEEK_MS) <= SAME_TIME_MS,
  );
  return (lastWeek ?? known.at(-1))?.inputBytes ?? null;
}
