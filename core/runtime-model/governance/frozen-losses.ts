import type { Job } from '../../contracts/job.ts';
import type { FrozenLoss } from '../../contracts/model-version.ts';
import { epochMilliseconds } from '../../units.ts';
import { fitRuntimeModel } from '../fit-runtime-model.ts';
import type { LoggedRun } from '../replay/logged-run.ts';
import type { BaselinePoint, TrainingRun } from '../training-run.ts';
import { predictionLoss } from './prediction-loss.ts';

/** Older runs say less of what comes next; a job that has changed is to be judged by what it is. */
const FROZEN_RUNS = 24;
/** A fit on 150 runs takes about half a second: so many are made again without some of the runs. */
const REFITS = 8;

/** A run that has a name: what is learnt from the ledger has one. */
export type NamedRun = TrainingRun & { readonly runKey: string };

interface FitRequest {
  readonly task: Job['task'];
  readonly runs: readonly NamedRun[];
  readonly baseline: BaselinePoint | null;
  /** none when left out */
  readonly logged?: LoggedRun | null;
}

/**
 * How a model fitted on these runs foretells the newest of them, each by a fit that did not see it: cross-validation
 * over the newest 24, one left out at a time up to 8 of them, else two or three together.
 *
 * @returns by run, oldest first
 * @see Stone, Cross-Validatory Choice and Assessment of Statistical Predictions, JRSS B 1974
 */
export function frozenLosses({ task, runs, baseline, logged = null }: FitRequest): FrozenLoss[] {
  const frozen = newestRuns(runs);
  const folds = Math.min(frozen.length, REFITS);
  const losses = frozen.map(() => 0);
  for (let fold = 0; fold < folds; fold += 1) {
    const members = frozen.flatMap((_, i) => (i % folds === fold ? [i] : []));
    const leftOut = new Set(members.map((i) => frozen[i]?.runKey));
    const rest = runs.filter(({ runKey }) => !leftOut.has(runKey));
    // a log tells how long its own run took
    const shown = logged === null || leftOut.has(logged.runKey) ? null : logged;
    const model = fitRuntimeModel({ task, runs: rest, baseline, logged: shown });
    for (const i of members) {
      const run = frozen[i];
      if (run !== undefined) losses[i] = predictionLoss(model, run);
    }
  }
  return frozen.map(({ runKey }, i) => ({ runKey, loss: losses[i] ?? 0 }));
}

/** The runs on which versions are judged, oldest first: of one that was stopped nobody knows what it would have taken. */
export function newestRuns(runs: readonly NamedRun[]): NamedRun[] {
  const timeOf = ({ at }: NamedRun) => (at === null ? 0 : epochMilliseconds(at));
  return runs
    .filter(({ stopped }) => stopped !== true)
    .sort((a, b) => timeOf(a) - timeOf(b))
    .slice(-FROZEN_RUNS);
}
