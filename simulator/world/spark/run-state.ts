import { FinishQueue } from './finish-queue.ts';
import type { Core, RunningTask, SparkNode } from './model.ts';
import type { Task } from './stage-tasks.ts';

/** Everything that a Spark application's future depends on: plain data, so that it can be copied to look ahead. */
export interface RunState {
  timeMs: number;
  phase: 'waiting' | 'running' | 'done' | 'failed';
  failure: string;
  stage: number;
  stageAttempt: number;
  /** when the driver lets the stage's tasks go */
  readyMs: number;
  pending: Task[];
  queue: FinishQueue;
  nodes: Map<string, SparkNode>;
  cores: Core[];
  idle: Core[];
  /** finished tasks of this stage and of the one before, by the node that holds their shuffle files */
  outputs: Map<string, Task[]>;
  parentOutputs: Map<string, Task[]>;
  doneSeconds: number;
  stageTaskCount: number;
  stageTasksDone: number;
  busyCoreSeconds: number;
  /** the driver hangs: nothing new begins */
  hung: boolean;
  /** stage and index of the task that fails again and again */
  victim: string | null;
}

export function newRunState(timeMs: number, readyMs: number): RunState {
  return {
    timeMs,
    phase: 'waiting',
    failure: '',
    stage: 0,
    stageAttempt: 0,
    readyMs,
    pending: [],
    queue: new FinishQueue(),
    nodes: new Map(),
    cores: [],
    idle: [],
    outputs: new Map(),
    parentOutputs: new Map(),
    doneSeconds: 0,
    stageTaskCount: 0,
    stageTasksDone: 0,
    busyCoreSeconds: 0,
    hung: false,
    victim: null,
  };
}

/** A copy that can run ahead without the original noticing. */
export function copyRunState(state: RunState): RunState {
  const cores = new Map(state.cores.map((core) => [core, { ...core }]));
  const coreOf = (core: Core): Core => cores.get(core) ?? core;
  const queue = new FinishQueue();
  for (const running of state.queue.entries()) {
    const copy: RunningTask = { ...running, core: coreOf(running.core), task: { ...running.task } };
    queue.push(copy);
  }
  return {
    ...state,
    pending: state.pending.map((task) => ({ ...task })),
    queue,
    nodes: new Map(state.nodes),
    cores: [...cores.values()],
    idle: state.idle.map(coreOf),
    outputs: copyOutputs(state.outputs),
    parentOutputs: copyOutputs(state.parentOutputs),
  };
}

function copyOutputs(outputs: ReadonlyMap<string, Task[]>): Map<string, Task[]> {
  return new Map([...outputs].map(([node, tasks]) => [node, [...tasks]]));
}
