import type { Job } from '../contracts/job.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { contentHash } from '../numerics/content-hash.ts';
import { epochMilliseconds, MILLISECONDS_PER_DAY } from '../units.ts';
import { effectiveCores, type ClusterShape } from './cluster-shape.ts';
import { describeFit } from './describe-fit.ts';
import { fitCoefficients, multiplied, scaledPrior } from './fit-coefficients.ts';
import { fitRefinement, type FittedRefinement } from './fit-refinement.ts';
import { keepUsefulRuns } from './keep-useful-runs.ts';
import { configurationOf, foldsOf, residualsOf } from './left-out.ts';
import { weighedPrior } from './weighed-prior.ts';
import type { RuntimeModel } from './model.ts';
import { doubtsOf } from './outliers.ts';
import { fitPeakMemory } from './peak-memory.ts';
import type { LoggedRun } from './replay/logged-run.ts';
import { residualQuantiles } from './residual-spread.ts';
import { secondsOf } from './seconds-of.ts';
import { learnUtilisation } from './utilisation.ts';
import { parametersOf } from './surface/work-columns.ts';
import { TASK_PRIORS, type NamedPrior, type RuntimeCoefficients, type TaskPrior } from './task-priors.ts';
import { boundsOf } from './stopped-runs.ts';
import type { BaselinePoint, TrainingRun } from './training-run.ts';

interface FitRequest {
  readonly task: Job['task'];
  readonly runs: readonly TrainingRun[];
  readonly baseline: BaselinePoint | null;
  /** a run whose event log is replayed for what its kind would else say; none when left out */
  readonly logged?: LoggedRun | null;
  /** what similar workloads take, for a job without runs; none when left out */
  readonly kin?: NamedPrior | null;
}

/** A run this much older than the newest counts half. */
const HALF_LIFE_DAYS = 90;
/** Anything shorter did not run Spark. */
const SHORTEST_RUN_SECONDS = 1;
const LEAST_WEIGHT = 1e-6;
/** How fast observations shrink what is unknown about a job of its kind. */
const SPREAD_SHRINKING_PER_RUN = 4;
/** Shuffles wait and last waves are not full, even while everything runs in parallel. */
const USUAL_BUSY_SHARE = 0.88;
const USUAL_BUSY_SHARE_WEIGHT_RUNS = 3;

/**
 * Fits how long a job's load takes on a cluster. A law first: Ernest's features with non-negative coefficients, on
 * relative error; with few runs the prior of the task's kind, scaled to the runs (or to the baseline point),
 * carries its shape; with none it is all. From two configurations on, the runtime surface: that law and two others, each
 * with a Gaussian process on what it misses, kept only when it is nearer to configurations that it was not shown.
 * Quantiles come from such configurations, too.
 *
 * @param request.runs  in any order; those that were stopped count as boundsOf says; runs of no weight or of less than a second are passed over, at most 150 of the
 *   others are kept, and one that is far off all others, alone, counts for less
 * @param request.baseline  a usual run on the baseline fleet, or null
 * @param request.logged  its log's replay carries the law's shape, weighed against the kind's prior: see weighedPrior
 * @param request.kin  stands in for the kind's prior before the first run, where no baseline tells how long it takes
 * @see Venkataraman et al., Ernest, NSDI 2016
 * @see Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006
 */
export function fitRuntimeModel({
  task,
  runs,
  baseline,
  logged = null,
  kin = null,
}: FitRequest): RuntimeModel {
  const usable = withParameters(byAge(runs.filter(isUsable)));
  const kept = keepUsefulRuns(usable.filter(hasEnded));
  const replayed = weighedPrior(kept, TASK_PRIORS[task], baseline, logged);
  const named = replayed ?? (kept.length === 0 && baseline === null ? kin : null);
  const prior = named?.prior ?? TASK_PRIORS[task];
  const bounds = boundsOf(
    usable.filter((run) => !hasEnded(run)),
    kept,
    prior,
    baseline,
  );
  const { known: all, folds, doubts } = withoutDoubts([...kept, ...bounds], prior, baseline);
  const known = all.filter(hasEnded);
  const fitted = fitCoefficients(all, scaledPrior(prior, all, baseline));
  const configurations = new Set(known.map(configurationOf)).size;
  const ofLaw = residualsOf(all, folds).flatMap((residual) => (residual === undefined ? [] : [residual]));
  const points = configurations + (baseline === null ? 0 : 1);
  const priorSpread = prior.logSpread / Math.sqrt(1 + SPREAD_SHRINKING_PER_RUN * points);
  const residual = residualQuantiles(ofLaw, configurations, priorSpread);
  // Whatever the law is off by in the median belongs into the curve, so that medianSeconds is what it says.
  const offset = medianOf(residual);
  const coefficients = multiplied(fitted, Math.exp(offset));
  const refinement = helpfulRefinement(fitRefinement(all, fitted, folds), ofLaw);
  const parallelBusyShare = busyShare(known, coefficients);
  const utilisation = learnUtilisation(known, coefficients, parallelBusyShare);
  const content = {
    description: describeFit({
      prior: named?.remark ?? `the prior of ${task} jobs`,
      runs: known.length,
      configurations,
      anchored: baseline !== null,
      refined: refinement !== null,
      doubted: doubts.length,
      bounds: bounds.length,
      logResiduals: refinement?.logResiduals ?? ofLaw,
    }),
    task,
    runsKnown: known.length,
    configurationsKnown: configurations,
    coefficients,
    logResidual: residual.map((value) => value - offset),
    refinement: refinement?.refinement ?? null,
    parameters: { ...refinement?.parameters },
    surface: refinement?.surface ?? null,
    doubts,
    parallelBusyShare,
    utilisationLogOdds: utilisation.logOdds,
    utilisationResidual: utilisation.residual,
    peakMemory: fitPeakMemory([...known, ...measuredBy(logged, known)]),
    seen: seenBy(known, baseline),
  };
  return { version: `runtime-${contentHash(content).slice(0, 12)}`, ...content };
}

/** A log's own run, where it is none of the others. */
function measuredBy(logged: LoggedRun | null, runs: readonly TrainingRun[]) {
  const peak = logged?.log.partial === false ? logged.log.peakMemoryMibPerCore : undefined;
  if (logged === null || peak === undefined || runs.some(({ runKey }) => runKey === logged.runKey)) return [];
  return [{ inputBytes: logged.inputBytes, weight: 1, peakMemoryMibPerCore: peak }];
}

/** Runs with what is doubted at less weight, and the law's folds over them. */
function withoutDoubts(runs: readonly TrainingRun[], prior: TaskPrior, baseline: BaselinePoint | null) {
  const folds = foldsOf(runs, prior, baseline);
  const doubts = doubtsOf(runs, residualsOf(runs, folds));
  if (doubts.every((doubt) => doubt === null)) return { known: runs, folds, doubts: [] };
  const known = runs.map((run, i) => ({ ...run, weight: run.weight * (doubts[i]?.factor ?? 1) }));
  return {
    known,
    folds: foldsOf(known, prior, baseline),
    doubts: doubts.flatMap((doubt) =>
      doubt === null ? [] : [{ runKey: doubt.runKey, factor: doubt.factor, reason: doubt.reason }],
    ),
  };
}

/** A refinement that does not come nearer than the law alone is left away. */
function helpfulRefinement(
  fitted: FittedRefinement | null,
  ofLaw: readonly number[],
): FittedRefinement | null {
  const error = (residuals: readonly number[]) =>
    residuals.reduce((sum, residual) => sum + Math.abs(residual), 0);
  return fitted !== null && error(fitted.logResiduals) < error(ofLaw) ? fitted : null;
}

/** What a run from before a parameter was declared did as well: its configuration is that of its likes after it. */
function withParameters(runs: readonly TrainingRun[]): TrainingRun[] {
  const parameters = parametersOf(runs);
  return runs.map((run, i) =>
    Object.keys(parameters[i] ?? {}).length === 0 ? run : { ...run, parameters: parameters[i] ?? {} },
  );
}

function hasEnded(run: TrainingRun): boolean {
  return run.stopped !== true;
}

function isUsable(run: TrainingRun): boolean {
  const numbers = [run.inputBytes, run.cores, run.memoryMib, run.coreSpeed, run.runtimeSeconds, run.weight];
  return (
    numbers.every(Number.isFinite) &&
    run.inputBytes >= 0 &&
    Math.min(run.cores, run.memoryMib, run.coreSpeed) > 0 &&
    run.runtimeSeconds >= SHORTEST_RUN_SECONDS &&
    run.weight >= LEAST_WEIGHT
  );
}

function byAge(runs: readonly TrainingRun[]): TrainingRun[] {
  const timesMs = runs.flatMap((run) => (run.at === null ? [] : [epochMilliseconds(run.at)]));
  const newestMs = timesMs.reduce((newest, timeMs) => Math.max(newest, timeMs), -Infinity);
  return runs.map((run) => {
    if (run.at === null) return run;
    const ageDays = (newestMs - epochMilliseconds(run.at)) / MILLISECONDS_PER_DAY;
    return { ...run, weight: run.weight * 0.5 ** (ageDays / HALF_LIFE_DAYS) };
  });
}

function busyShare(runs: readonly TrainingRun[], coefficients: RuntimeCoefficients): number {
  const measured = runs.flatMap((run) => {
    const { parallelSeconds } = secondsOf(coefficients, run);
    if (run.utilisation === undefined || run.utilisation === null || parallelSeconds <= 0) return [];
    return [Math.min(1, Math.max(0.2, (run.utilisation * run.runtimeSeconds) / parallelSeconds))];
  });
  const sum = measured.reduce(
    (total, share) => total + share,
    USUAL_BUSY_SHARE_WEIGHT_RUNS * USUAL_BUSY_SHARE,
  );
  return sum / (USUAL_BUSY_SHARE_WEIGHT_RUNS + measured.length);
}

function seenBy(runs: readonly TrainingRun[], baseline: BaselinePoint | null): RuntimeModel['seen'] {
  const shapes: ClusterShape[] = baseline === null ? [...runs] : [...runs, baseline];
  if (shapes.length === 0) return null;
  return {
    inputBytes: rangeOf(shapes.map((shape) => shape.inputBytes)),
    effectiveCores: rangeOf(shapes.map(effectiveCores)),
    memoryMibPerCore: rangeOf(shapes.map((shape) => shape.memoryMib / shape.cores)),
    coreSpeeds: [...new Set(shapes.map((shape) => shape.coreSpeed))].sort((a, b) => a - b),
  };
}

function rangeOf(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
}
