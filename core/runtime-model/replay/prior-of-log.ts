import type { ClusterShape } from '../cluster-shape.ts';
import { fitCoefficients } from '../fit-coefficients.ts';
import type { TaskPrior } from '../task-priors.ts';
import type { LoggedRun } from './logged-run.ts';
import { replayLog } from './replay-log.ts';

/** Loads, cores and memory at which a log is replayed, as factors on its run's. */
const LOADS = [0.25, 0.5, 1, 2, 4] as const;
const CORES = [0.25, 0.5, 1, 2, 4, 8] as const;
const MEMORIES = [0.5, 1, 2] as const;
/** A job whose log is known differs from its replay by less than a job of which nothing is known, log. */
const SPREAD_OF_REPLAY = 0.35;
/** What a cut log lacks is not known. */
const SPREAD_OF_PARTIAL_REPLAY = 0.6;

/**
 * What to expect of a job before its runs say more: the replay of a log, put into the terms of the law.
 *
 * @param prior  of the job's kind: for what the replay does not tell
 * @returns null when the log cannot be replayed
 */
export function priorOfLog(run: LoggedRun, prior: TaskPrior): { prior: TaskPrior; remark: string } | null {
  const replay = replayLog(run);
  if (replay === null) return null;
  const shapes = LOADS.flatMap((load) =>
    CORES.flatMap((cores) => MEMORIES.map((memory) => scaled(run, load, cores, memory))),
  );
  const replayed = shapes.map((shape) => ({
    ...shape,
    at: null,
    weight: 1,
    runtimeSeconds: Math.max(replay.secondsOn(shape), 1),
  }));
  const spread = replay.partial ? SPREAD_OF_PARTIAL_REPLAY : SPREAD_OF_REPLAY;
  return {
    prior: {
      coefficients: fitCoefficients(replayed, prior.coefficients),
      logSpread: Math.min(spread, prior.logSpread),
    },
    remark: `the replay of ${run.runKey}${replay.partial ? ' (its log is cut)' : ''}`,
  };
}

function scaled(run: ClusterShape, load: number, cores: number, memory: number): ClusterShape {
  return {
    inputBytes: run.inputBytes * load,
    cores: run.cores * cores,
    nodes: run.nodes * cores,
    memoryMib: run.memoryMib * cores * memory,
    coreSpeed: run.coreSpeed,
  };
}
