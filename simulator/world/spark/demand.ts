import type { RunPlan } from './run-plan.ts';
import type { RunState } from './run-state.ts';
import { realTaskCount, stageWorkSeconds } from './stage-tasks.ts';

/** What YARN sees of an application that allocates executors dynamically, by machine. */
export interface Demand {
  /** cores that running and waiting tasks could use now */
  readonly cores: number;
  /** cores of the executors it has */
  readonly allocatedCores: number;
  /** machines on which a task runs */
  readonly busy: ReadonlySet<string>;
  /** machines with shuffle files that the stage at work, or the next one, reads */
  readonly holdingShuffle: ReadonlySet<string>;
}

/**
 * A simulated task may stand for several of Spark's: those that wait are counted as Spark would.
 *
 * @param mostCores  that its configuration lets it have
 */
export function demandOf(plan: RunPlan, state: Readonly<RunState>, mostCores: number): Demand {
  const load = plan.stages[state.stage];
  const running = state.queue.entries();
  const readsShuffle = load?.stage.reads === 'shuffle';
  const writesShuffle = state.phase === 'running' && (load?.stage.shuffleGibPerGib ?? 0) > 0;
  return {
    cores: state.phase === 'running' ? Math.min(mostCores, running.length + waitingTasks(plan, state)) : 0,
    allocatedCores: state.cores.length,
    busy: new Set(running.map(({ core }) => core.node)),
    holdingShuffle: new Set([
      ...(readsShuffle ? state.parentOutputs.keys() : []),
      ...(writesShuffle ? state.outputs.keys() : []),
    ]),
  };
}

function waitingTasks(plan: RunPlan, state: Readonly<RunState>): number {
  const load = plan.stages[state.stage];
  if (load === undefined || state.pending.length === 0) return 0;
  const meanSeconds =
    (stageWorkSeconds(load.stage, plan.loadGib) * plan.workFactor) / realTaskCount(load.stage, plan.loadGib);
  const seconds = state.pending.reduce((sum, task) => sum + task.workSeconds, 0);
  return Math.max(state.pending.length, Math.round(seconds / Math.max(meanSeconds, 1e-9)));
}
