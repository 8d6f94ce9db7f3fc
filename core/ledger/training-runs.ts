import type { LoadPoint } from '../contracts/load-forecast.ts';
import type { FailureRuleId } from '../contracts/failure.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import type { TrainingRun } from '../runtime-model/training-run.ts';
import { durationText } from '../units-text.ts';
import { isFinished } from './is-finished.ts';

/** A run that lost spot nodes took longer than its load on its nodes: it still tells something. */
const WEIGHT_WITH_RECLAIMS = 0.3;

interface TrainingData {
  readonly runs: (TrainingRun & { readonly runKey: string })[];
  /** records that teach nothing, or less, and why */
  readonly remarks: { runKey: string; reason: string }[];
}

/** Failures that end a run at work from outside: it would have gone on. */
const STOPPED_BY: readonly (FailureRuleId | undefined)[] = ['stopped-on-purpose', 'spend-limit'];

/**
 * What a runtime model may learn from records: finished runs whose load, nodes and time are known, runs with
 * reclaims at less weight; and of runs that were stopped at work, that they would have taken longer.
 */
export function trainingRuns(records: readonly RunRecord[]): TrainingData {
  const data: TrainingData = { runs: [], remarks: [] };
  for (const record of records) {
    const { runKey } = record;
    const stopped = record.outcome === 'failed' && STOPPED_BY.includes(record.failure?.rule);
    if (!isFinished(record.outcome) && !stopped) {
      data.remarks.push({ runKey, reason: `left out: the run ${record.outcome}` });
      continue;
    }
    const run = trainingRunOf(record);
    if (run === null) {
      data.remarks.push({ runKey, reason: 'left out: its load, nodes or runtime are not known' });
      continue;
    }
    if (stopped) {
      const reason = `a lower bound: it was stopped after ${durationText(run.runtimeSeconds)} of work`;
      data.remarks.push({ runKey, reason });
    }
    if (record.reclaims > 0) {
      const reason = `counts ${WEIGHT_WITH_RECLAIMS} of a run: it lost ${record.reclaims} spot nodes`;
      data.remarks.push({ runKey, reason });
    }
    data.runs.push(stopped ? { ...run, stopped: true } : run);
  }
  return data;
}

function trainingRunOf(record: RunRecord): TrainingData['runs'][number] | null {
  const { inputBytes, cores, nodes, memoryMib, coreSpeed, runtimeSeconds } = record;
  if (inputBytes === null || runtimeSeconds === null || runtimeSeconds <= 0) return null;
  if (cores === null || nodes === null || memoryMib === null || coreSpeed === null) return null;
  if (cores <= 0 || memoryMib <= 0) return null;
  return {
    runKey: record.runKey,
    at: record.scheduledAt,
    inputBytes,
    cores,
    nodes,
    memoryMib,
    coreSpeed,
    runtimeSeconds,
    weight: record.reclaims > 0 ? WEIGHT_WITH_RECLAIMS : 1,
    utilisation: record.utilisation,
    ...(record.peakMemoryMibPerCore === undefined
      ? {}
      : { peakMemoryMibPerCore: record.peakMemoryMibPerCore }),
    ...(record.parameters === undefined ? {} : { parameters: record.parameters }),
  };
}

/** Loads, oldest first, one per scheduled time: where both say something, what was kept of it counts. */
export function withLoads(earlier: readonly LoadPoint[], kept: readonly LoadPoint[]): LoadPoint[] {
  const byTime = new Map([...earlier, ...kept].map((point) => [Date.parse(point.scheduledAt), point]));
  return [...byTime].sort(([one], [other]) => one - other).map(([, point]) => point);
}

/**
 * The loads that records tell, one per scheduled time, oldest first. A failed run's load is as real as any
 * other's; of several attempts the last one's counts.
 */
export function loadPoints(records: readonly RunRecord[]): LoadPoint[] {
  const byTime = new Map<string, { attempt: number; inputBytes: number }>();
  for (const { scheduledAt, attempt, inputBytes } of records) {
    const known = byTime.get(scheduledAt);
    if (inputBytes === null || (known !== undefined && known.attempt > attempt)) continue;
    byTime.set(scheduledAt, { attempt, inputBytes });
  }
  return [...byTime]
    .map(([scheduledAt, { inputBytes }]) => ({ scheduledAt, inputBytes }))
    .sort((a, b) => Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt));
}
