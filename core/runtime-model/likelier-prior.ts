import { fitCoefficients, scaledPrior } from './fit-coefficients.ts';
import { foldsOf, residualsOf } from './left-out.ts';
import type { LoggedRun } from './replay/logged-run.ts';
import { priorOfLog } from './replay/prior-of-log.ts';
import { secondsOf } from './seconds-of.ts';
import type { NamedPrior, TaskPrior } from './task-priors.ts';
import type { BaselinePoint, TrainingRun } from './training-run.ts';

/** Fewer tests than this prove nothing: then the log, which is of this job, stays unless it does worse. */
const FEWEST_TESTS = 4;
/** A replay comes nearer by this many standard errors, or it may be luck. */
const LEAST_GAIN_ERRORS = 2;

/**
 * A log's replay as the prior, when it has foretold what it was not shown better than the kind's prior: configurations
 * left out, and the usual run on the baseline fleet. Before the first run the log is all that is known of the job, and
 * it is believed; so it is while there are few tests, and it does no worse on them. The log's own run is no test.
 *
 * @returns null when the kind's prior stays
 */
export function likelierPrior(
  runs: readonly TrainingRun[],
  ofKind: TaskPrior,
  baseline: BaselinePoint | null,
  logged: LoggedRun | null,
): NamedPrior | null {
  const replayed = logged === null ? null : priorOfLog(logged, ofKind);
  if (replayed === null || runs.length === 0) return replayed;
  const usual = errorsOf(runs, ofKind, baseline, logged?.runKey);
  const ofReplay = errorsOf(runs, replayed.prior, baseline, logged?.runKey);
  if (usual.length === 0) return replayed;
  const gains = usual.map((error, i) => error - (ofReplay[i] ?? error));
  const gain = gains.reduce((sum, each) => sum + each, 0) / gains.length;
  if (usual.length < FEWEST_TESTS) return gain >= 0 ? replayed : null;
  const squares = gains.reduce((sum, each) => sum + (each - gain) ** 2, 0);
  const standardError = Math.sqrt(squares / (gains.length - 1) / gains.length);
  return gain > 0 && gain >= LEAST_GAIN_ERRORS * standardError ? replayed : null;
}

/** How far a prior is off from what it was not shown, in absolute logarithms. */
function errorsOf(
  runs: readonly TrainingRun[],
  prior: TaskPrior,
  baseline: BaselinePoint | null,
  logged: string | undefined,
): number[] {
  const ofRuns = residualsOf(runs, foldsOf(runs, prior, baseline)).flatMap((residual, i) =>
    residual === undefined || (logged !== undefined && runs[i]?.runKey === logged) ? [] : [residual],
  );
  if (baseline === null) return ofRuns.map(Math.abs);
  const shown = fitCoefficients(runs, scaledPrior(prior, runs, null));
  const ofBaseline = Math.log(baseline.runtimeSeconds / secondsOf(shown, baseline).totalSeconds);
  return [...ofRuns, ofBaseline].map(Math.abs);
}
