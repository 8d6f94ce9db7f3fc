import type { Core, RunningTask, SparkNode, TaskRecord } from './model.ts';
import type { RunPlan } from './run-plan.ts';
import { copyRunState, newRunState, type RunState } from './run-state.ts';
import { realTaskCount, stageTasks, stageWorkSeconds, type Task } from './stage-tasks.ts';
import { driverTrouble, excessiveResultBytes, failingAs, lastFailureOf } from './run-trouble.ts';
import { taskRun } from './task-run.ts';

const MAX_TASK_FAILURES = 4;

/** Who is told of what happens. */
interface RunListener {
  /** a stage begins, with these tasks */
  stage(position: number, tasks: readonly Task[]): void;
  task(record: TaskRecord): void;
}
const NOBODY: RunListener = { stage: () => undefined, task: () => undefined };

/**
 * Spark's scheduler on the cores a cluster has: tasks of one stage in order, the next stage when all are done.
 * Time moves only when told to; between two disturbances everything is decided, so the end can be foreseen by
 * running a copy ahead. Shuffle files lost with a node are computed again for the current stage and for the
 * one whose output it reads; losses further back are not followed.
 *
 * @see Graham, Bounds on Multiprocessing Timing Anomalies, 1969 (list scheduling)
 */
export class RunEngine {
  readonly plan: RunPlan;
  #state: RunState;
  readonly #on: RunListener;
  readonly #totalSeconds: number;
  #sequence = 0;
  readonly #share = (): number => this.workDone;

  constructor(plan: RunPlan, state: RunState, on: RunListener) {
    this.plan = plan;
    this.#state = state;
    this.#on = on;
    this.#totalSeconds = plan.stages.reduce(
      (sum, load) => sum + stageWorkSeconds(load.stage, plan.loadGib),
      0,
    );
  }

  static start(plan: RunPlan, nowMs: number, on: RunListener): RunEngine {
    const firstDriverMs = (plan.stages[0]?.stage.driverSeconds ?? 0) * 1000;
    const readyMs = nowMs + Math.round(plan.program.startSeconds * 1000 + firstDriverMs);
    return new RunEngine(plan, newRunState(nowMs, readyMs), on);
  }

  get state(): Readonly<RunState> {
    return this.#state;
  }

  get ended(): boolean {
    return this.#state.phase === 'done' || this.#state.phase === 'failed';
  }

  /** Share of the work that is done, 0..1. */
  get workDone(): number {
    if (this.#state.phase === 'done') return 1;
    const stageSeconds = this.#currentStageSeconds();
    const stageShare =
      this.#state.stageTaskCount === 0 ? 0 : this.#state.stageTasksDone / this.#state.stageTaskCount;
    const done = this.#state.doneSeconds + stageSeconds * stageShare;
    return this.#totalSeconds === 0 ? 0 : Math.min(1, done / this.#totalSeconds);
  }

  /** When the application will have ended if nothing happens any more; null when it never will. */
  foreseenEndMs(): number | null {
    const ahead = new RunEngine(this.plan, copyRunState(this.#state), NOBODY);
    ahead.#sequence = this.#sequence;
    ahead.advanceTo(Infinity);
    return ahead.ended ? ahead.#state.timeMs : null;
  }

  /** Lets everything happen up to a time, ms. */
  advanceTo(timeMs: number): void {
    const state = this.#state;
    while (!this.ended) {
      if (state.phase === 'waiting') {
        if (state.readyMs > timeMs) break;
        this.#beginStage();
        continue;
      }
      const next = state.queue.first();
      if (next === undefined || next.finishMs > timeMs) break;
      state.timeMs = next.finishMs;
      state.queue.pop();
      this.#finish(next);
    }
    if (!this.ended && Number.isFinite(timeMs)) state.timeMs = Math.max(state.timeMs, timeMs);
  }

  addNode(node: SparkNode): void {
    this.#state.nodes.set(node.id, node);
    for (const executor of node.executors) {
      for (let i = 0; i < node.coresPerExecutor; i += 1) {
        const core: Core = { node: node.id, executor, alive: true, busy: false };
        this.#state.cores.push(core);
        this.#state.idle.push(core);
      }
    }
    this.#assign();
  }

  /**
   * The node is gone: its running tasks and its shuffle files with it.
   *
   * @param savedShare  share of its shuffle files that others have taken over, 0..1
   */
  removeNode(nodeId: string, savedShare = 0): void {
    const state = this.#state;
    const node = state.nodes.get(nodeId);
    if (node === undefined || this.ended) return;
    for (const core of state.cores) if (core.node === nodeId) core.alive = false;
    state.cores = state.cores.filter((core) => core.alive);
    state.idle = state.idle.filter((core) => core.alive);
    const interrupted = state.queue.remove((running) => running.core.node === nodeId);
    for (const running of interrupted) this.#record(running, node, 'executor-lost', state.timeMs);
    state.nodes.delete(nodeId);
    const lost = this.#lostOutputs(nodeId, savedShare);
    if (lost.some((task) => task.stage < state.stage)) this.#fetchFailed();
    state.stageTasksDone -= lost.filter((task) => task.stage === state.stage).length;
    if (lost.length > 0) state.stageAttempt += 1;
    state.pending.unshift(...lost, ...interrupted.map((running) => running.task));
    this.#assign();
  }

  /** A reader met the loss. What it had done is little and is not followed; it only shows in the log. */
  #fetchFailed(): void {
    const reader = this.#state.queue.entries()[0];
    const node = reader === undefined ? undefined : this.#state.nodes.get(reader.core.node);
    if (reader === undefined || node === undefined) return;
    const atMs = this.#state.timeMs;
    this.#record({ ...reader, launchMs: Math.min(reader.launchMs, atMs) }, node, 'fetch-failed', atMs);
  }

  #lostOutputs(nodeId: string, savedShare: number): Task[] {
    const state = this.#state;
    const load = this.plan.stages[state.stage];
    const heir = [...state.nodes.keys()][0];
    const lose = (outputs: Map<string, Task[]>, needed: boolean): Task[] => {
      const tasks = outputs.get(nodeId) ?? [];
      const saved = heir === undefined ? [] : tasks.slice(0, Math.floor(tasks.length * savedShare));
      outputs.delete(nodeId);
      if (heir !== undefined && saved.length > 0) outputs.set(heir, [...(outputs.get(heir) ?? []), ...saved]);
      return needed ? tasks.slice(saved.length) : [];
    };
    const running = state.phase === 'running' && load !== undefined;
    const parents = lose(state.parentOutputs, running && load.stage.reads === 'shuffle');
    const own = lose(state.outputs, running && load.stage.shuffleGibPerGib > 0);
    return [...parents, ...own];
  }

  #beginStage(): void {
    const state = this.#state;
    const load = this.plan.stages[state.stage];
    state.timeMs = Math.max(state.timeMs, state.readyMs);
    if (load === undefined) {
      state.phase = 'done';
      return;
    }
    state.phase = 'running';
    state.pending = stageTasks(this.plan.program, load, this.plan, state.cores.length, this.plan.parameters);
    state.stageTaskCount = state.pending.length;
    state.stageTasksDone = 0;
    this.#on.stage(state.stage, state.pending);
    this.#assign();
  }

  #assign(): void {
    const state = this.#state;
    if (state.phase !== 'running' || state.hung) return;
    while (state.pending.length > 0 && state.idle.length > 0) {
      const core = state.idle.pop();
      const task = state.pending.shift();
      if (core === undefined || task === undefined) break;
      const node = state.nodes.get(core.node);
      if (node === undefined) continue;
      core.busy = true;
      state.queue.push(this.#running(task, core, node));
    }
  }

  #running(task: Task, core: Core, node: SparkNode): RunningTask {
    const { timeMs: launchMs, nodes, stageTaskCount } = this.#state;
    this.#sequence += 1;
    const at = { launchMs, nodes: nodes.size, stageTasks: stageTaskCount, sequence: this.#sequence };
    const failing = failingAs(this.plan.trouble, this.#state, task, this.#share);
    return taskRun(this.plan, task, core, node, at, failing);
  }

  #finish(running: RunningTask): void {
    const state = this.#state;
    const node = state.nodes.get(running.core.node);
    running.core.busy = false;
    if (running.core.alive) state.idle.push(running.core);
    const record = (): void => {
      if (node !== undefined) this.#record(running, node, running.outcome, running.finishMs);
    };
    if (running.outcome !== 'success') {
      record();
      this.#retry(running);
    } else {
      const outputs = running.task.stage === state.stage ? state.outputs : state.parentOutputs;
      const ofNode = outputs.get(running.core.node);
      if (ofNode === undefined) outputs.set(running.core.node, [running.task]);
      else ofNode.push(running.task);
      if (running.task.stage === state.stage) state.stageTasksDone += 1;
      record();
      const driver = driverTrouble(this.plan.trouble, this.#share);
      if (driver?.hangs === false) {
        this.#fail(driver.ended);
        return;
      }
      if (driver !== undefined) state.hung = true;
    }
    if (state.hung) return;
    if (state.pending.length === 0 && state.queue.size === 0) this.#endStage();
    else this.#assign();
  }

  #retry(running: RunningTask): void {
    const { task } = running;
    task.attempt += 1;
    if (task.attempt >= MAX_TASK_FAILURES) {
      this.#fail(lastFailureOf(running));
      return;
    }
    this.#state.pending.unshift(task);
  }

  #endStage(): void {
    const state = this.#state;
    if (this.ended) return;
    state.doneSeconds += this.#currentStageSeconds();
    state.stage += 1;
    state.stageAttempt = 0;
    state.stageTaskCount = 0;
    state.stageTasksDone = 0;
    state.parentOutputs = state.outputs;
    state.outputs = new Map();
    const next = this.plan.stages[state.stage];
    const launchSeconds =
      next === undefined
        ? 0
        : next.stage.driverSeconds +
          realTaskCount(next.stage, this.plan.loadGib) * this.plan.parameters.launchSecondsPerTask;
    state.phase = 'waiting';
    state.readyMs = state.timeMs + Math.round(launchSeconds * 1000);
  }

  #fail(reason: string): void {
    this.#state.phase = 'failed';
    this.#state.failure = reason;
  }

  #currentStageSeconds(): number {
    const load = this.plan.stages[this.#state.stage];
    return load === undefined ? 0 : stageWorkSeconds(load.stage, this.plan.loadGib);
  }

  #record(running: RunningTask, node: SparkNode, outcome: TaskRecord['outcome'], finishMs: number): void {
    const { task, launchMs, memoryRatio, networkSeconds } = running;
    this.#state.busyCoreSeconds += (finishMs - launchMs) / 1000;
    const stageAttempt = task.stage === this.#state.stage ? this.#state.stageAttempt : 1;
    this.#on.task({
      task,
      attempt: task.attempt,
      stageAttempt,
      node,
      executor: running.core.executor,
      launchMs,
      finishMs,
      outcome,
      memoryRatio,
      networkSeconds,
      exception: running.exception,
      resultBytes: excessiveResultBytes(this.plan.trouble, this.plan.maxResultBytes, this.#share),
    });
  }
}
