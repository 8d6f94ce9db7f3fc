import { normalQuantile } from '../../numerics/normal-quantile.ts';
import { GaussianProcess } from '../../numerics/gaussian-process/gaussian-process.ts';
import type { ProcessPrior } from '../../numerics/gaussian-process/process-kernel.ts';
import { LOG_RUNTIME_HYPER_PRIORS } from './hyper-priors.ts';
import { MultilinearTrend } from './multilinear-trend.ts';
import { PowerLawTrend } from './power-law-trend.ts';
import { SurfaceScale, USUAL_LOG_REACH, type SurfaceColumn, type SurfaceRun } from './surface-column.ts';
import type { Trend } from './trend.ts';

const POWER_LAW_SLOPE_SPREAD = { cores: 0.25, volume: 0.4, memory: 0.2, parameter: 0.4 } as const;
const POWER_LAW_LEVEL_SPREAD = 0.5;
const MULTILINEAR_SLOPE_SPREAD = 0.15;
const MULTILINEAR_LEVEL_SPREAD = 0.2;
/** The process's own word on its spread counts as this many runs. */
const SPREAD_PRIOR_RUNS = 4;
export const HYPERPARAMETERS_PER_COLUMN = 2;
/** Scores of few runs are luck in part: densities count by their square root. */
const SCORE_SHARE = 0.5;
/** Before any run is known, sums of products are the likelier law. */
const MULTILINEAR_LOG_ODDS = 0.5;

/** A law that a surface is to weigh beside its own, and how sure of it one is before any run is known. */
export interface KnownTrend {
  readonly trend: Trend;
  /** what the process beside it may mend: by how much it is off in its level and in its slopes */
  readonly prior: ProcessPrior;
  readonly logOdds: number;
}

/** What a surface says of a run that it was not shown, and how far that was off, in logarithms. */
interface LeftOut {
  /** actual minus predicted */
  readonly residual: number;
  readonly spread: number;
}

/** What a fit found of each law: handed over, the same surface is made again without a fit. */
export type FittedMembers = readonly {
  readonly weight: number;
  readonly hyperparameters: readonly number[];
  /** none in documents of versions before: as it is now */
  readonly prior?: ProcessPrior | undefined;
}[];

interface Options {
  /** laws that are weighed beside the surface's own */
  readonly known?: readonly KnownTrend[];
  /** places of runs that are left out together, each place once; every run by itself when left out */
  readonly folds?: readonly (readonly number[])[];
  /** by law: the surface's own first, then those that are known */
  readonly fitted?: FittedMembers;
}

interface Member {
  readonly trend: Trend;
  readonly prior: ProcessPrior;
  readonly process: GaussianProcess;
  readonly weight: number;
}

/**
 * Runtime over any columns: laws (a sum of products, a power law, and those that are handed over), each with a Gaussian
 * process on the logarithm of what it misses, blended by how well each foretells runs that it has not seen. Spreads are
 * scaled by what leaving runs out shows.
 *
 * @see Yao et al., Using Stacking to Average Bayesian Predictive Distributions, Bayesian Analysis 2018
 */
export class RuntimeSurface {
  /** by run: what the laws, blended, say without it; empty for a surface that is made again */
  readonly leftOut: readonly LeftOut[];
  readonly #scale: SurfaceScale;
  readonly #members: readonly Member[];
  readonly #spreadFactor: number;

  /** @param runs  at least one, runtimes and weights above 0 */
  constructor(columns: readonly SurfaceColumn[], runs: readonly SurfaceRun[], options: Options = {}) {
    const { known = [], folds = runs.map((_, i) => [i]), fitted } = options;
    this.#scale = new SurfaceScale(columns, runs);
    const laws = [...ownLaws(columns, runs, this.#scale), ...known].map((law, k) => ({
      ...law,
      prior: fitted?.[k]?.prior ?? law.prior,
    }));
    const processes = laws.map((law, k) => this.#processOf(law, runs, fitted?.[k]?.hyperparameters));
    const leftOut =
      fitted === undefined ? processes.map((one, k) => leftOutBy(one, laws[k], runs, folds)) : [];
    const weights = fitted?.map(({ weight }) => weight) ?? weightsOf(laws, leftOut, runs);
    this.#members = laws.flatMap(({ trend, prior }, k) => {
      const process = processes[k];
      return process === undefined ? [] : [{ trend, prior, process, weight: weights[k] ?? 0 }];
    });
    this.leftOut =
      fitted === undefined
        ? runs.map((_, i) =>
            blended(
              leftOut.map((one) => one[i]),
              weights,
            ),
          )
        : [];
    this.#spreadFactor = spreadFactorOf(this.leftOut, runs, columns.length);
  }

  /** What was fitted. */
  get fitted(): FittedMembers {
    return this.#members.map(({ weight, process, prior }) => ({
      weight,
      hyperparameters: process.hyperparameters,
      prior,
    }));
  }

  /** @returns the median's logarithm and the standard deviation of the logarithm, seconds */
  predict(values: readonly number[]): { logMedian: number; logSpread: number } {
    const { mean, spread } = this.predictUnscaled(values);
    return { logMedian: mean, logSpread: spread * this.#spreadFactor };
  }

  /** The same with the spread as the laws have it: what `leftOut` is to be compared with. */
  predictUnscaled(values: readonly number[]): { mean: number; spread: number } {
    const inputs = this.#scale.inputsOf(values);
    return blend(
      this.#members.map(({ trend, process, weight }) => {
        const { mean, spread } = process.predict(inputs);
        return { mean: mean + trend.logSecondsAt(values), spread, weight };
      }),
    );
  }

  /** Seconds that a run stays below with a probability. */
  secondsAt(values: readonly number[], level: number): number {
    const { logMedian, logSpread } = this.predict(values);
    return Math.exp(logMedian + logSpread * normalQuantile(level));
  }

  #processOf(
    { trend, prior }: KnownTrend,
    runs: readonly SurfaceRun[],
    hyperparameters: readonly number[] | undefined,
  ): GaussianProcess {
    const sample = {
      inputs: runs.map((run) => this.#scale.inputsOf(run.values)),
      targets: runs.map((run) => Math.log(run.runtimeSeconds) - trend.logSecondsAt(run.values)),
      noiseScale: runs.map((run) => 1 / run.weight),
    };
    return new GaussianProcess(sample, prior, LOG_RUNTIME_HYPER_PRIORS, hyperparameters);
  }
}

function ownLaws(
  columns: readonly SurfaceColumn[],
  runs: readonly SurfaceRun[],
  scale: SurfaceScale,
): KnownTrend[] {
  const multilinear: ProcessPrior = {
    constantSpread: MULTILINEAR_LEVEL_SPREAD,
    linearSpread: columns.map(() => MULTILINEAR_SLOPE_SPREAD),
  };
  const powerLaw: ProcessPrior = {
    constantSpread: POWER_LAW_LEVEL_SPREAD,
    linearSpread: columns.map(({ role }) => POWER_LAW_SLOPE_SPREAD[role] * USUAL_LOG_REACH),
  };
  return [
    { trend: new MultilinearTrend(columns, runs), prior: multilinear, logOdds: MULTILINEAR_LOG_ODDS },
    { trend: new PowerLawTrend(columns, runs, scale), prior: powerLaw, logOdds: 0 },
  ];
}

const NOTHING: LeftOut = { residual: 0, spread: 1 };

/** By run: what a law and its process say of it without its fold. */
function leftOutBy(
  process: GaussianProcess,
  law: KnownTrend | undefined,
  runs: readonly SurfaceRun[],
  folds: readonly (readonly number[])[],
): LeftOut[] {
  const leftOut: LeftOut[] = runs.map(() => NOTHING);
  for (const fold of folds) {
    const without = law?.trend.logSecondsWithout(fold) ?? [];
    const targets = runs.map((run, j) => Math.log(run.runtimeSeconds) - (without[j] ?? 0));
    process.leaveOut(fold, targets).forEach((one, i) => {
      leftOut[fold[i] ?? 0] = one;
    });
  }
  return leftOut;
}

/** Weights by the density that each law gives to runs it has not seen. */
function weightsOf(
  laws: readonly KnownTrend[],
  leftOut: readonly (readonly LeftOut[])[],
  runs: readonly SurfaceRun[],
): number[] {
  const scores = laws.map(({ logOdds }, k) =>
    (leftOut[k] ?? []).reduce((sum, { residual, spread }, i) => {
      const { unscored, weight } = runs[i] ?? { weight: 0 };
      if (unscored === true) return sum;
      return sum - weight * (Math.log(spread) + 0.5 * (residual / spread) ** 2);
    }, logOdds / SCORE_SHARE),
  );
  const best = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(SCORE_SHARE * (score - best)));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

function blended(parts: readonly (LeftOut | undefined)[], weights: readonly number[]): LeftOut {
  const { mean, spread } = blend(
    parts.map((part, k) => {
      const { residual, spread: own } = part ?? NOTHING;
      return { mean: residual, spread: own, weight: weights[k] ?? 0 };
    }),
  );
  return { residual: mean, spread };
}

function spreadFactorOf(leftOut: readonly LeftOut[], runs: readonly SurfaceRun[], columns: number): number {
  let squares = SPREAD_PRIOR_RUNS;
  let count = SPREAD_PRIOR_RUNS;
  leftOut.forEach(({ residual, spread }, i) => {
    const { unscored, weight } = runs[i] ?? { weight: 0 };
    if (unscored === true) return;
    squares += weight * (residual / spread) ** 2;
    count += weight;
  });
  // hyperparameters have seen the runs that are left out: the fewer runs, the more flattering that is
  const fitted = HYPERPARAMETERS_PER_COLUMN * columns;
  return Math.sqrt((squares / count) * (1 + fitted / runs.length));
}

/** Mean and spread of a mixture. */
function blend(parts: readonly { mean: number; spread: number; weight: number }[]): {
  mean: number;
  spread: number;
} {
  const mean = parts.reduce((sum, part) => sum + part.weight * part.mean, 0);
  const variance = parts.reduce(
    (sum, part) => sum + part.weight * (part.spread ** 2 + (part.mean - mean) ** 2),
    0,
  );
  return { mean, spread: Math.sqrt(variance) };
}
