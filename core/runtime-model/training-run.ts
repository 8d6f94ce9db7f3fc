import type { ClusterShape } from './cluster-shape.ts';

/** What the job's work was set to, by name, such as `iterations`: numbers of the job file's workload. */
export type WorkParameters = Readonly<Record<string, number>>;

/** One run as the model learns from it. */
export interface TrainingRun extends ClusterShape {
  readonly runKey?: string;
  readonly at: string | null;
  readonly runtimeSeconds: number;
  /** 1 = an ordinary run, 0 = not to be learnt from */
  readonly weight: number;
  /** task-busy ÷ executor core-seconds, when the run's event log told it */
  readonly utilisation?: number | null;
  /** most that the work of a core held in memory, when the event log told it */
  readonly peakMemoryMibPerCore?: number;
  /** it was stopped: runtimeSeconds is what it was let, and it would have taken longer */
  readonly stopped?: boolean;
  /** none when left out */
  readonly parameters?: WorkParameters;
}

/** A usual run on the job's baseline fleet, from the job file: the model's first point. */
export interface BaselinePoint extends ClusterShape {
  readonly runtimeSeconds: number;
}
