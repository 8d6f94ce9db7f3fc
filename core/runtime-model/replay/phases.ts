import type { EventLogSummary, StageRecord } from '../../contracts/run-record.ts';
import { epochMilliseconds, MILLISECONDS_PER_SECOND } from '../../units.ts';

/** A stage, and the stages of its phase that it waited for, by their place in it. */
export interface PhaseStage {
  readonly stage: StageRecord;
  readonly after: readonly number[];
}

/** Stages whose times overlap: their tasks share the cores. Each comes after those that it waited for. */
export interface Phase {
  readonly stages: readonly PhaseStage[];
  /** as it was */
  readonly seconds: number;
}

/** An application's run, cut into what tasks did and what the driver did alone. */
export interface Phases {
  readonly phases: readonly Phase[];
  /** no stage was running: the driver planned, listed, committed, or waited */
  readonly driverSeconds: number;
}

interface TimedStage {
  readonly stage: StageRecord;
  readonly fromMs: number;
  readonly toMs: number;
}

interface TimedPhase {
  readonly stages: TimedStage[];
  readonly fromMs: number;
  toMs: number;
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
  const timed = log.stages.flatMap((stage): TimedStage[] => {
    if (stage.submittedAt === null || stage.taskCount === 0) return [];
    const fromMs = epochMilliseconds(stage.submittedAt);
    const toMs = stage.completedAt === null ? lastMs : epochMilliseconds(stage.completedAt);
    const leastMs = stage.completedAt === null ? stage.longestTaskSeconds * MILLISECONDS_PER_SECOND : 0;
    return [{ stage, fromMs, toMs: Math.max(toMs, fromMs + leastMs) }];
  });
  const groups = overlapping(timed.sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs));
  const [first] = groups;
  if (first === undefined) return null;
  const startMs = log.startedAt === null ? first.fromMs : epochMilliseconds(log.startedAt);
  const endMs = Math.max(lastMs, groups.at(-1)?.toMs ?? lastMs);
  const busyMs = groups.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return {
    phases: groups.map(({ stages, fromMs, toMs }) => ({
      stages: stages.map((stage, i) => ({ stage: stage.stage, after: waitedFor(stages, i) })),
      seconds: (toMs - fromMs) / MILLISECONDS_PER_SECOND,
    })),
    driverSeconds: Math.max(endMs - startMs - busyMs, 0) / MILLISECONDS_PER_SECOND,
  };
}

/** @param timed  in the order of their submission */
function overlapping(timed: readonly TimedStage[]): TimedPhase[] {
  const groups: TimedPhase[] = [];
  for (const each of timed) {
    const last = groups.at(-1);
    if (last !== undefined && each.fromMs < last.toMs) {
      last.stages.push(each);
      last.toMs = Math.max(last.toMs, each.toMs);
    } else groups.push({ stages: [each], fromMs: each.fromMs, toMs: each.toMs });
  }
  return groups;
}

/**
 * A stage waits for its parents. One that names none in the log begins a job of its own, which the driver submitted when
 * what came before it was done: Spark's actions block. So do parents that are not there, because an earlier job wrote
 * their output and this job skipped them.
 */
function waitedFor(stages: readonly TimedStage[], place: number): number[] {
  const own = stages[place];
  if (own === undefined) return [];
  const before = stages.flatMap((other, i) => (i < place && other.toMs <= own.fromMs ? [i] : []));
  const parents = before.filter((i) => {
    const id = stages[i]?.stage.stageId;
    return id !== undefined && own.stage.parentIds?.includes(id) === true;
  });
  if (parents.length > 0) return parents;
  const latestMs = Math.max(...before.map((i) => stages[i]?.toMs ?? 0));
  return before.filter((i) => stages[i]?.toMs === latestMs);
}
