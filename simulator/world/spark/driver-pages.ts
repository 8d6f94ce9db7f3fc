import type { TaskRecord } from './model.ts';
import type { RunState } from './run-state.ts';
import type { Task } from './stage-tasks.ts';

/** What an application's driver shows of its stages, taken together, and how far that is. */
export interface DriverPages {
  readonly stagesDone: number;
  readonly stagesOpen: number;
  readonly tasksDone: number;
  readonly tasksOpen: number;
  readonly tasksRunning: number;
  readonly tasksFailed: number;
  readonly taskSeconds: number;
  readonly inputBytes: number;
  readonly shuffleReadBytes: number;
  /** task time that got done, and that is left as far as open stages tell */
  readonly workSeconds: number;
  readonly leftSeconds: number;
}

interface StageCounts {
  /** of Spark's tasks, of which the simulated ones hold several */
  tasks: number;
  done: number;
  failed: number;
  seconds: number;
  inputBytes: number;
  shuffleReadBytes: number;
}

/**
 * Counts what one try of a driver would show on its pages. Each task of a stage counts once, at the mean of those that
 * ended there: the rule of `cluster/progress-reporter.py`, which a stage whose tasks have not ended tells nothing by.
 */
export class StageCounter {
  readonly #stages = new Map<number, StageCounts>();

  /** A stage is submitted with so many tasks. */
  begun(stage: number, tasks: readonly Task[]): void {
    const counts = this.#of(stage);
    if (counts.tasks === 0) counts.tasks = tasks.reduce((sum, task) => sum + task.sparkTasks, 0);
  }

  ended({ task, outcome, launchMs, finishMs }: TaskRecord): void {
    const counts = this.#of(task.stage);
    if (outcome !== 'success') {
      counts.failed += 1;
      return;
    }
    counts.done += task.sparkTasks;
    counts.seconds += (finishMs - launchMs) / 1000;
    counts.inputBytes += task.inputBytes;
    counts.shuffleReadBytes += task.shuffleReadBytes;
  }

  pages({ pending, queue, stage, phase, stageTaskCount, timeMs }: Readonly<RunState>): DriverPages {
    const running = queue.entries();
    const open = new Map<number, number>();
    const opens = (task: Task, count: number): void => {
      open.set(task.stage, (open.get(task.stage) ?? 0) + count);
    };
    for (const task of pending) opens(task, task.sparkTasks);
    const partly = new Map<number, { done: number; seconds: number }>();
    for (const { task, launchMs, finishMs, outcome } of running) {
      // of several of Spark's tasks that one core does in a row, some have ended
      const share =
        finishMs > launchMs ? Math.min(Math.max((timeMs - launchMs) / (finishMs - launchMs), 0), 1) : 0;
      const done =
        outcome === 'success' ? Math.min(Math.floor(share * task.sparkTasks), task.sparkTasks - 1) : 0;
      opens(task, task.sparkTasks - done);
      if (done === 0) continue;
      const before = partly.get(task.stage) ?? { done: 0, seconds: 0 };
      const seconds = ((finishMs - launchMs) / 1000) * (done / task.sparkTasks);
      partly.set(task.stage, { done: before.done + done, seconds: before.seconds + seconds });
    }
    const sums = { tasksDone: 0, tasksFailed: 0, taskSeconds: 0, inputBytes: 0, shuffleReadBytes: 0 };
    let [workSeconds, leftSeconds] = [0, 0];
    for (const [position, counts] of this.#stages) {
      const part = partly.get(position) ?? { done: 0, seconds: 0 };
      const [done, seconds] = [counts.done + part.done, counts.seconds + part.seconds];
      const mean = done > 0 ? seconds / done : 0;
      workSeconds += mean * Math.min(done, Math.max(counts.tasks, 1));
      leftSeconds += mean * (open.get(position) ?? 0);
      sums.tasksDone += done;
      sums.tasksFailed += counts.failed;
      sums.taskSeconds += seconds;
      sums.inputBytes += counts.inputBytes;
      sums.shuffleReadBytes += counts.shuffleReadBytes;
    }
    return {
      ...sums,
      stagesDone: stage,
      stagesOpen: phase === 'running' && stageTaskCount > 0 ? 1 : 0,
      tasksOpen: [...open.values()].reduce((sum, count) => sum + count, 0),
      tasksRunning: running.length,
      workSeconds,
      leftSeconds,
    };
  }

  #of(stage: number): StageCounts {
    const known = this.#stages.get(stage);
    if (known !== undefined) return known;
    const counts = { tasks: 0, done: 0, failed: 0, seconds: 0, inputBytes: 0, shuffleReadBytes: 0 };
    this.#stages.set(stage, counts);
    return counts;
  }
}
