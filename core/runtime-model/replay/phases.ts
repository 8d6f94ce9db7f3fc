import type { EventLogSummary, StageRecord } from '../../contracts/run-record.ts';
import { epochMilliseconds, MILLISECONDS_PER_SECOND } from '../../units.ts';

/** Stages whose times overlap: their tasks share the cores. */
export interface Phase {
  readonly stages: readonly StageRecord[];
  /** as it was */
  readonly seconds: number;
}

/** An application's run, cut into what tasks did and what the driver did alone. */
export interface Phases {
  readonly phases: readonly Phase[];
  /** no stage was running: the driver planned, listed, committed, or waited */
  readonly driverSeconds: number;
}

interface Timed {
  readonly stage: StageRecord;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Cuts a log into phases. A stage that never completed, such as the last one of a log that was cut, counts up to the
 * end of what is known.
 *
 * @returns null when no stage with tasks has a time
 */
export function phasesOf(log: EventLogSummary): Phases | null {
  const lastMs = Math.max(
    ...log.stages.map(({ completedAt }) => (completedAt === null ? 0 : epochMilliseconds(completedAt))),
    log.endedAt === null ? 0 : epochMilliseconds(log.endedAt),
  );
  const timed = log.stages.flatMap((stage): Timed[] => {
    if (stage.submittedAt === null || stage.taskCount === 0) return [];
    const fromMs = epochMilliseconds(stage.submittedAt);
    const toMs = stage.completedAt === null ? lastMs : epochMilliseconds(stage.completedAt);
    return [{ stage, fromMs, toMs: Math.max(toMs, fromMs + stage.longestTaskSeconds * 1000) }];
  });
  timed.sort((a, b) => a.fromMs - b.fromMs);
  const [first] = timed;
  if (first === undefined) return null;
  const groups: { stages: StageRecord[]; fromMs: number; toMs: number }[] = [];
  for (const { stage, fromMs, toMs } of timed) {
    const last = groups.at(-1);
    if (last !== undefined && fromMs < last.toMs) {
      last.stages.push(stage);
      last.toMs = Math.max(last.toMs, toMs);
    } else groups.push({ stages: [stage], fromMs, toMs });
  }
  const startMs = log.startedAt === null ? first.fromMs : epochMilliseconds(log.startedAt);
  const endMs = Math.max(lastMs, groups.at(-1)?.toMs ?? lastMs);
  const busyMs = groups.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return {
    phases: groups.map(({ stages, fromMs, toMs }) => ({
      stages,
      seconds: (toMs - fromMs) / MILLISECONDS_PER_SECOND,
    })),
    driverSeconds: Math.max(endMs - startMs - busyMs, 0) / MILLISECONDS_PER_SECOND,
  };
}
