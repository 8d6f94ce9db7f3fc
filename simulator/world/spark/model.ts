import type { Task } from './stage-tasks.ts';
import type { TaskException } from './trouble.ts';

/** A node with executors, as the scheduler sees it. */
export interface SparkNode {
  readonly id: string;
  readonly host: string;
  /** m5 core = 1, with the node's own deviation */
  readonly speed: number;
  readonly networkBytesPerSecondPerCore: number;
  readonly memoryPerCoreGib: number;
  /** one id for each executor */
  readonly executors: readonly string[];
  readonly coresPerExecutor: number;
}

export interface Core {
  readonly node: string;
  readonly executor: string;
  alive: boolean;
  busy: boolean;
}

/** One task's end, for the event log and for measuring. */
export interface TaskRecord {
  readonly task: Task;
  readonly attempt: number;
  readonly stageAttempt: number;
  readonly node: SparkNode;
  readonly executor: string;
  readonly launchMs: number;
  readonly finishMs: number;
  readonly outcome: 'success' | 'executor-lost' | 'out-of-memory' | 'exception' | 'fetch-failed';
  /** of the outcome `exception` */
  readonly exception?: TaskException | undefined;
  /** bytes it sends the driver, where more than a little */
  readonly resultBytes?: number | undefined;
  /** needed ÷ available memory */
  readonly memoryRatio: number;
  /** time waited for bytes to come over the network, s */
  readonly networkSeconds: number;
}

export interface RunningTask {
  readonly task: Task;
  readonly core: Core;
  readonly launchMs: number;
  readonly finishMs: number;
  readonly outcome: TaskRecord['outcome'];
  readonly exception?: TaskException | undefined;
  readonly memoryRatio: number;
  readonly networkSeconds: number;
  readonly sequence: number;
}
