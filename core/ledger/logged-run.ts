import type { RunRecord } from '../contracts/run-record.ts';
import type { LoggedRun } from '../runtime-model/replay/logged-run.ts';
import { isFinished } from './is-finished.ts';

/** What a replay needs of a record. */
type LoggedRecord = Pick<
  RunRecord,
  | 'runKey'
  | 'outcome'
  | 'reclaims'
  | 'utilisation'
  | 'inputBytes'
  | 'cores'
  | 'nodes'
  | 'memoryMib'
  | 'coreSpeed'
  | 'runtimeSeconds'
  | 'eventLog'
>;

/** Whether a record is of a run whose log would tell how the job runs undisturbed; items lack the log itself. */
export function isReplayable(record: Pick<LoggedRecord, 'outcome' | 'reclaims' | 'utilisation'>): boolean {
  return isFinished(record.outcome) && record.reclaims === 0 && record.utilisation !== null;
}

/**
 * A run as it is replayed.
 *
 * @param record  the whole record, as its document has it
 * @returns null when it was disturbed, or its load, nodes, time or stages are not known
 */
export function loggedRunOf(record: LoggedRecord): LoggedRun | null {
  if (!isReplayable(record)) return null;
  const { runKey, inputBytes, cores, nodes, memoryMib, coreSpeed, runtimeSeconds, eventLog: log } = record;
  if (inputBytes === null || runtimeSeconds === null || log === null) return null;
  if (cores === null || nodes === null || memoryMib === null || coreSpeed === null) return null;
  if (Math.min(inputBytes, cores, memoryMib, runtimeSeconds, log.stages.length) <= 0) return null;
  return { runKey, inputBytes, cores, nodes, memoryMib, coreSpeed, runtimeSeconds, log };
}
