import type { Instance } from '../instances.ts';
import type { DriverPages } from './driver-pages.ts';
import type { Demand } from './demand.ts';
import type { SparkConf } from './executors.ts';
import type { StepCommand } from './step-command.ts';

/** How far an application is, as a reporter on the cluster sees it. */
export interface Progress {
  readonly stagesDone: number;
  readonly stagesTotal: number;
  readonly tasksDone: number;
  readonly tasksTotal: number;
  /** share of the work, 0..1 */
  readonly workDone: number;
}

/** What a driver's pages show, and what YARN knows of it. */
export interface ApplicationReport extends DriverPages {
  readonly executors: number;
  readonly executorCores: number;
  /** times that YARN started the driver again */
  readonly driverRestarts: number;
}

export interface ApplicationEnd {
  readonly succeeded: boolean;
  readonly reason: string;
}

/** An application as the cluster that runs it sees it, whoever does its work. */
export interface RunningApplication {
  addNode(instance: Instance): void;
  /** @param lost  false when the node was drained first */
  removeNode(instance: Instance, lost: boolean): void;
  /** Brings it up to now. */
  tick(): void;
  /** The cluster goes, or the step is cancelled. */
  kill(): void;
  /** whether its driver does nothing any more */
  readonly hung: boolean;
  /** machine that the driver runs on; null on the primary */
  readonly driverNode: string | null;
  readonly executors: number;
  readonly bytesRead: number;
  demand(): Demand;
  /** null: nobody knows */
  progress(): Progress | null;
  /** what a reporter on the primary finds out from its driver; null: the simulated one cannot */
  report(): ApplicationReport | null;
}

/** A step that runs Spark, as its cluster hands it on. */
export interface ApplicationRequest {
  readonly clusterId: string;
  readonly instanceProfile: string;
  readonly bootstrapActions: readonly {
    readonly name: string;
    readonly path: string;
    readonly args: readonly string[];
  }[];
  readonly stepName: string;
  readonly command: StepCommand;
  /** the program's own arguments */
  readonly args: readonly string[];
  /** the cluster's Spark defaults, and over them the step's */
  readonly conf: SparkConf;
}

/** Runs steps in place of the modelled Spark. */
export type StartApplication = (
  request: ApplicationRequest,
  instances: readonly Instance[],
  onEnd: (end: ApplicationEnd) => void,
) => RunningApplication;
