import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import type { Rng } from '../../core/numerics/rng.ts';
import type { SurfaceRun } from '../../core/runtime-model/surface/surface-column.ts';
import type { RuntimeColumn } from './columns.ts';
import type { JobTable } from './job-table.ts';
import type { Method } from './methods.ts';

/** Numbers of runs to learn from. */
export const AVAILABILITIES = [3, 6, 9, 12, 15, 18, 21, 24, 27, 30] as const;
const GLOBAL_TEST_SHARE = 0.1;
const P95 = QUANTILE_LEVELS.indexOf(0.95);

/** Runs to learn from and runs to be asked about. */
export interface Split {
  readonly train: readonly SurfaceRun[];
  readonly test: readonly SurfaceRun[];
}

/** How a method did on splits. */
export interface Score {
  /** mean over splits of the mean absolute percentage error, % */
  readonly mapePercent: number;
  /** share of the runs asked about that stayed below the method's 95th percentile; null when it has none */
  readonly coverage95: number | null;
  /** the same at each of the project's levels, 0..1 */
  readonly belowByLevel: readonly number[] | null;
}

/** Nine of ten runs to learn from, the rest to be asked about. */
export function globalSplit({ runs }: JobTable, rng: Rng): Split {
  return splitAfter(runs, runs.length - Math.ceil(GLOBAL_TEST_SHARE * runs.length), rng);
}

/** A few runs to learn from, all others to be asked about; null when none would be left. */
export function availabilitySplit({ runs }: JobTable, known: number, rng: Rng): Split | null {
  return known < runs.length ? splitAfter(runs, known, rng) : null;
}

function splitAfter(runs: readonly SurfaceRun[], count: number, rng: Rng): Split {
  const shuffled = [...runs];
  for (let i = shuffled.length - 1; i > 0; i -= 1) {
    const j = Math.floor(rng() * (i + 1));
    const [a, b] = [shuffled[i], shuffled[j]];
    if (a !== undefined && b !== undefined) [shuffled[i], shuffled[j]] = [b, a];
  }
  return { train: shuffled.slice(0, count), test: shuffled.slice(count) };
}

/**
 * The smaller half of sizes and scale-outs to learn from; the largest to be asked about: runs of the larger half
 * in both.
 *
 * @returns null when the table has no volume or no scale-out
 */
export function outwardSplit({ columns, runs }: JobTable): Split | null {
  const volume = halvesOf(columns, runs, 'volume');
  const cores = halvesOf(columns, runs, 'cores');
  if (volume === null || cores === null) return null;
  const train = runs.filter((run) => volume(run) === 'smaller' && cores(run) === 'smaller');
  const test = runs.filter((run) => volume(run) === 'larger' && cores(run) === 'larger');
  return train.length === 0 || test.length === 0 ? null : { train, test };
}

function halvesOf(
  columns: readonly RuntimeColumn[],
  runs: readonly SurfaceRun[],
  role: RuntimeColumn['role'],
): ((run: SurfaceRun) => 'smaller' | 'larger') | null {
  const k = columns.findIndex((column) => column.role === role);
  if (k < 0) return null;
  const values = [...new Set(runs.map((run) => run.values[k] ?? 0))].sort((a, b) => a - b);
  const border = values[Math.ceil(values.length / 2) - 1] ?? 0;
  return (run) => ((run.values[k] ?? 0) <= border ? 'smaller' : 'larger');
}

/** @param splits  at least one */
export function scoreOf(method: Method, columns: readonly RuntimeColumn[], splits: readonly Split[]): Score {
  let errors = 0;
  let asked = 0;
  const below = QUANTILE_LEVELS.map(() => 0);
  let known = true;
  for (const { train, test } of splits) {
    const foretell = method(columns, train);
    let error = 0;
    for (const run of test) {
      const { seconds, secondsByLevel } = foretell(run.values);
      error += Math.abs(seconds - run.runtimeSeconds) / run.runtimeSeconds / test.length;
      asked += 1;
      if (secondsByLevel === null) known = false;
      secondsByLevel?.forEach((limit, i) => {
        if (run.runtimeSeconds <= limit) below[i] = (below[i] ?? 0) + 1;
      });
    }
    errors += error;
  }
  const belowByLevel = known ? below.map((count) => count / asked) : null;
  return {
    mapePercent: (100 * errors) / splits.length,
    coverage95: belowByLevel?.[P95] ?? null,
    belowByLevel,
  };
}
