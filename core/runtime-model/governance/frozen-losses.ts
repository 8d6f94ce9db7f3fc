import type { Job } from '../../contracts/job.ts';
import type { FrozenLoss } from '../../contracts/model-version.ts';
import { epochMilliseconds } from '../../units.ts';
import { fitRuntimeModel } from '../fit-runtime-model.ts';
import type { RuntimeModel } from '../model.ts';
import type { LoggedRun } from '../replay/logged-run.ts';
import type { BaselinePoint, TrainingRun } from '../training-run.ts';
import { predictionLoss } from './prediction-loss.ts';

/** Older runs say less of what comes next; a job that has changed is to be judged by what it is. */
const FROZEN_RUNS = 24;
/** A fit on 150 runs takes about half a second: so many are made again without some of the runs. */
const REFITS = 8;
/** More are asked about only after several versions were refused in a row. */
const MOST_ALONE = 4;

/** A run that has a name: what is learnt from the ledger has one. */
export type NamedRun = TrainingRun & { readonly runKey: string };

export interface FitRequest {
  readonly task: Job['task'];
  readonly runs: readonly NamedRun[];
  readonly baseline: BaselinePoint | null;
  /** none when left out */
  readonly logged?: LoggedRun | null;
}

/**
 * How a model fitted on these runs foretells the newest of them, each by a fit that did not see it: cross-validation
 * over the newest 24, one left out at a time up to 8 of them, else two or three together. Which runs are left out
 * together goes by their place in the job's whole past, so that it stays as newer ones come in and older ones go: two
 * versions that learnt from the same run are asked about it without the same others.
 *
 * @returns by run, oldest first
 * @see Stone, Cross-Validatory Choice and Assessment of Statistical Predictions, JRSS B 1974
 */
export function frozenLosses(request: FitRequest): FrozenLoss[] {
  const past = byTime(request.runs);
  const partOf = new Map(past.map(({ runKey }, i) => [runKey, i % REFITS]));
  const frozen = newestRuns(request.runs);
  const lossOf = new Map<string, number>();
  for (let part = 0; part < REFITS; part += 1) {
    const members = frozen.filter(({ runKey }) => partOf.get(runKey) === part);
    if (members.length === 0) continue;
    const leftOut = new Set(members.map(({ runKey }) => runKey));
    const model = fitOn(
      request,
      request.runs.filter(({ runKey }) => !leftOut.has(runKey)),
    );
    for (const run of members) lossOf.set(run.runKey, predictionLoss(model, run));
  }
  return frozen.map(({ runKey }) => ({ runKey, loss: lossOf.get(runKey) ?? 0 }));
}

/**
 * How a model fitted on these runs foretells some of them, each left out alone.
 *
 * @param runs  some of the request's; the newest four of them are asked
 */
export function lossesAlone(request: FitRequest, runs: readonly NamedRun[]): FrozenLoss[] {
  return runs.slice(-MOST_ALONE).map((run) => {
    const rest = request.runs.filter(({ runKey }) => runKey !== run.runKey);
    return { runKey: run.runKey, loss: predictionLoss(fitOn(request, rest), run) };
  });
}

/** A fit that is not shown the log of a run that it is not shown: a log tells how long its own run took. */
function fitOn({ task, baseline, logged = null }: FitRequest, runs: readonly NamedRun[]): RuntimeModel {
  const shown = runs.some(({ runKey }) => runKey === logged?.runKey);
  return fitRuntimeModel({ task, runs, baseline, logged: shown ? logged : null });
}

/** The runs on which versions are judged, oldest first: the newest 24. As newer ones come in, older ones no longer count. */
export function newestRuns(runs: readonly NamedRun[]): NamedRun[] {
  return byTime(runs).slice(-FROZEN_RUNS);
}

/** Oldest first; of a run that was stopped nobody knows what it would have taken. */
function byTime(runs: readonly NamedRun[]): NamedRun[] {
  const timeOf = ({ at }: NamedRun) => (at === null ? 0 : epochMilliseconds(at));
  return runs.filter(({ stopped }) => stopped !== true).sort((a, b) => timeOf(a) - timeOf(b));
}
