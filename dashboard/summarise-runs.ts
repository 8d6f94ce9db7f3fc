import { QUANTILE_LEVELS } from '../core/contracts/quantities.ts';
import { isFinished } from '../core/ledger/is-finished.ts';
import { medianOf, sampleQuantile } from '../core/numerics/quantiles.ts';
import type { JobSummary, RunView } from './report-data.ts';

/**
 * A set of runs in a line of a table.
 *
 * @param runs  any number, of one job or of many
 */
export function summariseRuns(runs: readonly RunView[]): JobSummary {
  const count = (...outcomes: string[]) => runs.filter((run) => outcomes.includes(run.record.outcome)).length;
  const compared = runs.filter((run) => run.record.onDemandCostUsd !== null);
  const onDemandUsd = sum(compared.map((run) => run.record.onDemandCostUsd ?? 0));
  const comparedUsd = sum(compared.map(costOf));
  return {
    runs: runs.length,
    onTime: count('succeeded'),
    late: count('late'),
    failed: count('failed'),
    notRun: count('skipped', 'declined'),
    costUsd: sum(runs.map(costOf)),
    onDemandUsd: compared.length > 0 ? onDemandUsd : null,
    savingShare: onDemandUsd > 0 ? 1 - comparedUsd / onDemandUsd : null,
    utilisation: mean(present(runs.map((run) => run.record.utilisation))),
    loadErrorShare: median(
      present(runs.map((run) => errorShare(run.record.inputBytes, run.record.forecastInputBytes))),
    ),
    runtimeErrorShare: median(
      present(
        runs
          .filter((run) => isFinished(run.record.outcome))
          .map((run) => errorShare(run.record.runtimeSeconds, run.record.predictedRuntimeSeconds)),
      ),
    ),
  };
}

/** What a run cost: what was charged where that is known, else the estimate. */
export function costOf(run: RunView): number {
  return run.chargedUsd ?? run.record.costUsd ?? 0;
}

function errorShare(actual: number | null, predicted: number[] | null): number | null {
  if (actual === null || actual <= 0 || predicted?.length !== QUANTILE_LEVELS.length) return null;
  return Math.abs(actual - medianOf(predicted)) / actual;
}

function present(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

function median(values: readonly number[]): number | null {
  return values.length === 0
    ? null
    : sampleQuantile(
        [...values].sort((a, b) => a - b),
        0.5,
      );
}
