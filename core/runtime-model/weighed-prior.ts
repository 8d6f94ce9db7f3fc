import { percentText } from '../units-text.ts';
import { fitCoefficients, multiplied, scaledPrior } from './fit-coefficients.ts';
import { foldsOf, residualsOf } from './left-out.ts';
import type { LoggedRun } from './replay/logged-run.ts';
import { priorOfLog } from './replay/prior-of-log.ts';
import { secondsOf } from './seconds-of.ts';
import type { NamedPrior, RuntimeCoefficients, TaskPrior } from './task-priors.ts';
import type { BaselinePoint, TrainingRun } from './training-run.ts';

/** Before any test: the log is of this job, and what its kind usually takes is not. */
const LOG_ODDS_OF_REPLAY = Math.log(9);
/** Errors of a few runs are luck in part: what they tell of counts by its square root. */
const SHARE_OF_EVIDENCE = 0.5;
/** Runs differ by so much for no reason, log: errors of less are no evidence. */
const LEAST_ERROR = 0.1;
/** What weighs less than this changes nothing that a run would show. */
const LEAST_WEIGHT = 0.02;

/**
 * What shapes the law where runs say nothing: a log's replay and the prior of the job's kind, weighed by how near each
 * comes to what it was not shown (configurations left out, and the usual run on the baseline fleet). Before the first
 * run the log is all that is known of the job, and it is believed. The log's own run is no test.
 *
 * Errors are taken as Laplace's, so that the weight is that of Bayesian model averaging, tempered.
 *
 * @returns null when the kind's prior stands alone
 * @see Hoeting, Madigan, Raftery and Volinsky, Bayesian Model Averaging: A Tutorial, Statistical Science 1999
 */
export function weighedPrior(
  runs: readonly TrainingRun[],
  ofKind: TaskPrior,
  baseline: BaselinePoint | null,
  logged: LoggedRun | null,
): NamedPrior | null {
  const replayed = logged === null ? null : priorOfLog(logged, ofKind);
  if (logged === null || replayed === null || runs.length === 0) return replayed;
  const usual = errorsOf(runs, ofKind, baseline, logged.runKey);
  const ofReplay = errorsOf(runs, replayed.prior, baseline, logged.runKey);
  const weight = weightOf(ofReplay, usual);
  if (weight < LEAST_WEIGHT) return null;
  if (weight > 1 - LEAST_WEIGHT || usual.length === 0) return replayed;
  return {
    prior: blendOf(replayed.prior, ofKind, weight, logged),
    remark: `${replayed.remark}, which weighs ${percentText(weight)} against what is usual of its kind`,
  };
}

/** How likely the replay's errors make it the nearer of the two, 0..1. */
function weightOf(ofReplay: readonly number[], usual: readonly number[]): number {
  const nearer = usual.map((error, i) => Math.min(error, ofReplay[i] ?? error));
  const scale = Math.max(nearer.reduce((sum, error) => sum + error, 0) / nearer.length, LEAST_ERROR);
  const gain = usual.reduce((sum, error, i) => sum + error - (ofReplay[i] ?? error), 0);
  return 1 / (1 + Math.exp(-LOG_ODDS_OF_REPLAY - (SHARE_OF_EVIDENCE * gain) / scale));
}

/** A law between two, which agree on the logged run. */
function blendOf(replay: TaskPrior, ofKind: TaskPrior, weight: number, logged: LoggedRun): TaskPrior {
  const secondsBy = ({ coefficients }: TaskPrior) => secondsOf(coefficients, logged).totalSeconds;
  const kind = multiplied(ofKind.coefficients, secondsBy(replay) / secondsBy(ofKind));
  const between = (valueOf: (coefficients: RuntimeCoefficients) => number) =>
    weight * valueOf(replay.coefficients) + (1 - weight) * valueOf(kind);
  return {
    coefficients: {
      fixedSeconds: between((each) => each.fixedSeconds),
      coreSecondsPerGib: between((each) => each.coreSecondsPerGib),
      secondsPerLogCore: between((each) => each.secondsPerLogCore),
      secondsPerCore: between((each) => each.secondsPerCore),
      spillCoreSecondsPerGib: between((each) => each.spillCoreSecondsPerGib),
    },
    logSpread: weight * replay.logSpread + (1 - weight) * ofKind.logSpread,
  };
}

/** How far a prior is off from what it was not shown, in absolute logarithms. */
function errorsOf(
  runs: readonly TrainingRun[],
  prior: TaskPrior,
  baseline: BaselinePoint | null,
  logged: string,
): number[] {
  const ofRuns = residualsOf(runs, foldsOf(runs, prior, baseline)).flatMap((residual, i) =>
    residual === undefined || runs[i]?.runKey === logged ? [] : [residual],
  );
  if (baseline === null) return ofRuns.map(Math.abs);
  const shown = fitCoefficients(runs, scaledPrior(prior, runs, null));
  const ofBaseline = Math.log(baseline.runtimeSeconds / secondsOf(shown, baseline).totalSeconds);
  return [...ofRuns, ofBaseline].map(Math.abs);
}
