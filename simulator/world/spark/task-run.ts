import type { Core, RunningTask, SparkNode } from './model.ts';
import type { RunPlan } from './run-plan.ts';
import { memoryNeededGib, type Task } from './stage-tasks.ts';
import { exceptionOf, type FailingTask } from './trouble.ts';

/** Share of its time after which a task fails that does. */
const FAILS_AFTER = 0.6;

/**
 * How a task will run on a core: how long, and how it will end.
 *
 * @param at  when it begins, ms; how many nodes there are, of which only its own is near; its stage's tasks
 * @param failing  how it will fail, if a scenario wants it
 */
export function taskRun(
  plan: RunPlan,
  task: Task,
  core: Core,
  node: SparkNode,
  at: {
    readonly launchMs: number;
    readonly nodes: number;
    readonly stageTasks: number;
    readonly sequence: number;
  },
  failing: FailingTask | undefined,
): RunningTask {
  const { program, parameters, loadGib, stages, trouble } = plan;
  const stage = stages[task.stage]?.stage;
  const neededGib = stage === undefined ? 0 : memoryNeededGib(program, stage, loadGib);
  const memoryRatio = neededGib / node.memoryPerCoreGib;
  const slow = 1 + parameters.spillSlowdown * Math.max(0, memoryRatio - 1);
  const remoteShare = 1 - 1 / Math.max(1, at.nodes);
  const networkBytes = task.inputBytes + task.shuffleReadBytes * remoteShare;
  const networkSeconds = networkBytes / node.networkBytesPerSecondPerCore;
  const { inputFactor = 1, stragglerFactor = 1 } = trouble;
  // one of middling size: the first stand for many tasks, the last for few
  const isMiddle = task.index === Math.floor(at.stageTasks / 2);
  const delay = (task.inputBytes > 0 ? inputFactor : 1) * (isMiddle ? stragglerFactor : 1);
  const seconds = ((task.workSeconds * slow) / node.speed + networkSeconds) * delay;
  const killed = memoryRatio > parameters.outOfMemoryRatio || failing === 'out-of-memory';
  const exception = failing === undefined ? undefined : exceptionOf(failing);
  const fails = killed || exception !== undefined;
  return {
    task,
    core,
    launchMs: at.launchMs,
    finishMs: at.launchMs + Math.max(1, Math.round(seconds * (fails ? FAILS_AFTER : 1) * 1000)),
    outcome: killed ? 'out-of-memory' : exception === undefined ? 'success' : 'exception',
    exception,
    memoryRatio,
    networkSeconds,
    sequence: at.sequence,
  };
}
