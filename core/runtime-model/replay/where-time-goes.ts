import type { EventLogSummary, StageRecord } from '../../contracts/run-record.ts';
import { phasesOf } from './phases.ts';

/** A stage's part of a run. */
export interface StageShare {
  readonly stage: StageRecord;
  /** of the run's seconds; stages that ran beside others share by their tasks' time */
  readonly seconds: number;
  /** longest ÷ median task; 1 where there is no median */
  readonly skew: number;
}

/** What a run's seconds were spent on. */
export interface TimeSpent {
  readonly wholeSeconds: number;
  /** no stage was running */
  readonly driverSeconds: number;
  /** the longest first */
  readonly stages: readonly StageShare[];
}

/**
 * Where the time of a logged run went.
 *
 * @returns null when no stage with tasks has a time
 */
export function whereTimeGoes(log: EventLogSummary): TimeSpent | null {
  const phases = phasesOf(log);
  if (phases === null) return null;
  const stages = phases.phases.flatMap(({ stages: together, seconds }) => {
    const work = together.reduce((sum, { stage }) => sum + stage.taskSeconds, 0);
    return together.map(({ stage }): StageShare => ({
      stage,
      seconds: work > 0 ? (seconds * stage.taskSeconds) / work : seconds / together.length,
      skew: stage.medianTaskSeconds > 0 ? stage.longestTaskSeconds / stage.medianTaskSeconds : 1,
    }));
  });
  return {
    wholeSeconds: phases.phases.reduce((sum, { seconds }) => sum + seconds, phases.driverSeconds),
    driverSeconds: phases.driverSeconds,
    stages: stages.sort((a, b) => b.seconds - a.seconds || a.stage.stageId - b.stage.stageId),
  };
}
