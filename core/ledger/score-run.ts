import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import type { RunRecord, RunScores } from '../contracts/run-record.ts';
import { medianOf, valueAt } from '../numerics/quantiles.ts';
import { isFinished } from './is-finished.ts';

const [LOW_LEVEL, HIGH_LEVEL] = [QUANTILE_LEVELS[1], QUANTILE_LEVELS[7]];

/**
 * Scores forecast and plan against what happened. Errors are signed, in percent of what happened: positive means
 * that more was expected. What was not measured, or not finished, is not scored.
 *
 * @param runsKnown  runs the job's models know, this one included
 */
export function scoreRun(record: RunRecord, runsKnown = 0): RunScores {
  const finished = isFinished(record.outcome);
  const { inputBytes, forecastInputBytes, predictedRuntimeSeconds, predictedCostUsd } = record;
  const expectedBytes = forecastInputBytes === null ? null : medianOf(forecastInputBytes);
  const expectedSeconds = predictedRuntimeSeconds === null ? null : medianOf(predictedRuntimeSeconds);
  return {
    runKey: record.runKey,
    loadErrorPercent: errorPercent(expectedBytes, inputBytes),
    loadWithin90Percent:
      forecastInputBytes === null || inputBytes === null ? null : isWithin(forecastInputBytes, inputBytes),
    runtimeErrorPercent: finished ? errorPercent(expectedSeconds, record.runtimeSeconds) : null,
    costErrorPercent: finished ? errorPercent(predictedCostUsd, record.costUsd) : null,
    ...(finished ? useScores(record) : {}),
    runsKnown,
  };
}

function useScores(record: RunRecord): Partial<RunScores> {
  const { predictedUtilisation, utilisation, predictedPeakMemoryMibPerCore, peakMemoryMibPerCore } = record;
  return {
    ...(predictedUtilisation === undefined || utilisation === null
      ? {}
      : { utilisationWithin90Percent: isWithin(predictedUtilisation, utilisation) }),
    ...(predictedPeakMemoryMibPerCore === undefined || peakMemoryMibPerCore === undefined
      ? {}
      : { peakMemoryWithin90Percent: isWithin(predictedPeakMemoryMibPerCore, peakMemoryMibPerCore) }),
  };
}

/** Inside the middle 90 % of what was expected. */
function isWithin(expected: Quantiles, actual: number): boolean {
  return actual >= valueAt(expected, LOW_LEVEL) && actual <= valueAt(expected, HIGH_LEVEL);
}

function errorPercent(expected: number | null, actual: number | null): number | null {
  if (expected === null || actual === null || actual <= 0) return null;
  return (100 * (expected - actual)) / actual;
}
