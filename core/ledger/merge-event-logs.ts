import type { EventLogSummary } from '../contracts/run-record.ts';

/**
 * One summary of a run whose steps each were an application of their own. Stages keep their numbers, step after
 * step in the order given; utilisation is of all of them together.
 *
 * @returns null for no summaries at all
 */
export function mergeEventLogs(logs: readonly EventLogSummary[]): EventLogSummary | null {
  const [first] = logs;
  if (first === undefined) return null;
  if (logs.length === 1) return first;
  const sum = (valueOf: (log: EventLogSummary) => number): number =>
    logs.reduce((total, log) => total + valueOf(log), 0);
  const times = (valueOf: (log: EventLogSummary) => string | null): string[] =>
    logs.flatMap((log) => valueOf(log) ?? []).sort();
  const taskBusySeconds = sum((log) => log.taskBusySeconds);
  const spanSeconds = sum(({ executorCoreSeconds, executorCores = 0 }) =>
    executorCores > 0 ? executorCoreSeconds / executorCores : 0,
  );
  const peaks = logs.flatMap(({ peakMemoryMibPerCore: peak }) => (peak === undefined ? [] : [peak]));
  const executorCoreSeconds = sum((log) => log.executorCoreSeconds);
  return {
    applicationId: logs.map((log) => log.applicationId).join(' '),
    sparkVersion: first.sparkVersion,
    partial: logs.some((log) => log.partial),
    unreadableLines: sum((log) => log.unreadableLines),
    remarks: logs.flatMap((log) => (log.remarks ?? []).map((remark) => `${log.applicationId}: ${remark}`)),
    startedAt: times((log) => log.startedAt)[0] ?? null,
    endedAt: logs.some((log) => log.endedAt === null) ? null : (times((log) => log.endedAt).at(-1) ?? null),
    stages: logs.flatMap((log) => log.stages),
    taskBusySeconds,
    executorCoreSeconds,
    utilisation: executorCoreSeconds > 0 ? Math.min(1, taskBusySeconds / executorCoreSeconds) : null,
    inputBytes: sum((log) => log.inputBytes),
    executorsLost: sum((log) => log.executorsLost),
    failures: {
      kinds: logs.flatMap((log) => log.failures.kinds),
      executorExits: [...new Set(logs.flatMap((log) => log.failures.executorExits))],
      failedJobs: sum((log) => log.failures.failedJobs),
      tasksEnded: sum((log) => log.failures.tasksEnded),
      resultShareOfLimit: Math.max(...logs.map((log) => log.failures.resultShareOfLimit)),
    },
    ...(spanSeconds > 0 ? { executorCores: executorCoreSeconds / spanSeconds } : {}),
    ...(first.executorMemoryMibPerCore === undefined
      ? {}
      : { executorMemoryMibPerCore: first.executorMemoryMibPerCore }),
    ...(peaks.length === 0 ? {} : { peakMemoryMibPerCore: Math.max(...peaks) }),
  };
}
