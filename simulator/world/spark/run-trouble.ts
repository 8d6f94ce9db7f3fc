import type { RunningTask } from './model.ts';
import type { RunState } from './run-state.ts';
import type { Task } from './stage-tasks.ts';
import type { FailingTask, Trouble } from './trouble.ts';

const MEMORY_KILL = 'Container killed by YARN for exceeding memory limits. Exit code is 137';
const DRIVER_ENDS = {
  exit: 'User application exited with status 1',
  'result-size': 'Total size of serialized results is bigger than spark.driver.maxResultSize',
  heap: 'The application finished with failed status',
};
/** A little more than the limit: the one result that is too much. */
const TOO_LARGE = 1.01;

/** How a task fails that is about to run, where one is wanted to: the first that is due, until it is given up. */
export function failingAs(
  { task: wanted }: Trouble,
  state: RunState,
  task: Task,
  workDone: () => number,
): FailingTask | undefined {
  if (wanted === undefined || (wanted.readsInput && task.inputBytes === 0)) return undefined;
  if (workDone() < wanted.share) return undefined;
  const key = `${task.stage}.${task.index}`;
  state.victim ??= key;
  return state.victim === key ? wanted.as : undefined;
}

/** What becomes of the driver after a task: why it ended, or that it hangs; undefined when it goes on. */
export function driverTrouble(
  { driver }: Trouble,
  workDone: () => number,
): { hangs: true } | { hangs: false; ended: string } | undefined {
  if (driver === undefined || workDone() < driver.share) return undefined;
  return driver.as === 'hang' ? { hangs: true } : { hangs: false, ended: DRIVER_ENDS[driver.as] };
}

/** Size of the result that brings the driver down, bytes; undefined for any other. */
export function excessiveResultBytes(
  { driver }: Trouble,
  maxResultBytes: number,
  workDone: () => number,
): number | undefined {
  const due = driver?.as === 'result-size' && workDone() >= driver.share;
  return due ? Math.ceil(maxResultBytes * TOO_LARGE) : undefined;
}

/** Why a stage was given up whose task failed so often. */
export function lastFailureOf({ exception }: RunningTask): string {
  return exception === undefined ? MEMORY_KILL : `${exception.className}: ${exception.description}`;
}
