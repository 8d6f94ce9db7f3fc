import type { RunRecord } from '../contracts/run-record.ts';
import type { LoggedRun } from '../runtime-model/replay/logged-run.ts';
import { isFinished } from './is-finished.ts';

/**
 * The run to replay: the newest that finished without losing nodes, whose log is whole; else the newest whose log
 * was cut.
 *
 * @returns null when no record has a log with stages, a load, nodes and a time
 */
export function loggedRunOf(records: readonly RunRecord[]): LoggedRun | null {
  const newestFirst = [...records].sort((a, b) => (a.scheduledAt < b.scheduledAt ? 1 : -1));
  const logged = newestFirst.flatMap((record) => {
    if (!isFinished(record.outcome) || record.reclaims > 0) return [];
    const { runKey, inputBytes, cores, nodes, memoryMib, coreSpeed, runtimeSeconds, eventLog } = record;
    if (inputBytes === null || runtimeSeconds === null || eventLog === null) return [];
    if (cores === null || nodes === null || memoryMib === null || coreSpeed === null) return [];
    if (Math.min(inputBytes, cores, memoryMib, runtimeSeconds, eventLog.stages.length) <= 0) return [];
    return [{ runKey, inputBytes, cores, nodes, memoryMib, coreSpeed, runtimeSeconds, log: eventLog }];
  });
  return logged.find(({ log }) => !log.partial) ?? logged[0] ?? null;
}
