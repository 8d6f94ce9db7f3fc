import { coefficientsAround } from '../prior-around.ts';
import type { NamedPrior, TaskPrior } from '../task-priors.ts';
import type { LoggedRun } from './logged-run.ts';
import { replayLog } from './replay-log.ts';

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
export function priorOfLog(run: LoggedRun, prior: TaskPrior): NamedPrior | null {
  const replay = replayLog(run);
  if (replay === null) return null;
  const spread = replay.partial ? SPREAD_OF_PARTIAL_REPLAY : SPREAD_OF_REPLAY;
  return {
    prior: {
      coefficients: coefficientsAround(run, replay.secondsOn, prior.coefficients),
      logSpread: Math.min(spread, prior.logSpread),
    },
    remark: `the replay of ${run.runKey}${replay.partial ? ' (its log is cut)' : ''}`,
  };
}
