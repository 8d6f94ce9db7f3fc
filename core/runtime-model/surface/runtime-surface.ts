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
const HYPERPARAMETERS_PER_COLUMN = 2;
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
export interface LeftOut {
  /** actual minus predicted */
  readonly residual: number;
  readonly spread: number;
}

interface Member {
  readonly trend: Trend;
  readonly process: GaussianProcess;
  readonly leftOut: readonly LeftOut[];
  /** of this law before any run is known */
  readonly logOdds: number;
  weight: number;
}

/**
 * Runtime over any columns: laws (a sum of products, a power law, and those that are handed over), each with a Gaussian
 * process on the logarithm of what it misses, blended by how well each foretells runs that it has not seen. Spreads are
 * scaled by what leaving runs out shows.
 *
 * @see Yao et al., Using Stacking to Average Bayesian Predictive Distributions, Bayesian Analysis 2018
 */
export class RuntimeSurface {
  readonly #scale: SurfaceScale;
  readonly #members: readonly Member[];
  readonly #spreadFactor: number;
  /** by run: what the members, blended, say without it */
  readonly leftOut: readonly LeftOut[];

  /**
   * @param runs  at least one, runtimes and weights above 0
   * @param known  laws that are weighed beside the surface's own
   * @param folds  places of runs that are left out together, each place once; every run by itself when left out
   */
  constructor(
    columns: readonly SurfaceColumn[],
    runs: readonly SurfaceRun[],
    known: readonly KnownTrend[] = [],
    folds: readonly (readonly number[])[] = runs.map((_, i) => [i]),
  ) {
    this.#scale = new SurfaceScale(columns, runs);
    const multilinear: ProcessPrior = {
      constantSpread: MULTILINEAR_LEVEL_SPREAD,
      linearSpread: columns.map(() => MULTILINEAR_SLOPE_SPREAD),
    };
    const powerLaw: ProcessPrior = {
      constantSpread: POWER_LAW_LEVEL_SPREAD,
      linearSpread: columns.map(({ role }) => POWER_LAW_SLOPE_SPREAD[role] * USUAL_LOG_REACH),
    };
    const laws: readonly KnownTrend[] = [
      { trend: new MultilinearTrend(columns, runs), prior: multilinear, logOdds: MULTILINEAR_LOG_ODDS },
      { trend: new PowerLawTrend(columns, runs, this.#scale), prior: powerLaw, logOdds: 0 },
      ...known,
    ];
    this.#members = laws.map((law) => this.#memberOf(law, runs, folds));
    weigh(this.#members, runs);
    this.leftOut = runs.map((_, i) =>
      leftOutOf(this.#members.map(({ leftOut, weight }) => ({ ...nothing, ...leftOut[i], weight }))),
    );
    this.#spreadFactor = spreadFactorOf(this.leftOut, runs, columns.length);
  }

  /** @returns the median's logarithm and the standard deviation of the logarithm, seconds */
  predict(values: readonly number[]): { logMedian: number; logSpread: number } {
    const { mean, spread } = this.predictUnscaled(values);
    return { logMedian: mean, logSpread: spread * this.#spreadFactor };
  }

  /** The same with the spread as the members have it: what `leftOut` is to be compared with. */
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

  #memberOf(
    { trend, prior, logOdds }: KnownTrend,
    runs: readonly SurfaceRun[],
    folds: readonly (readonly number[])[],
  ): Member {
    const logs = runs.map((run) => Math.log(run.runtimeSeconds));
    const sample = {
      inputs: runs.map((run) => this.#scale.inputsOf(run.values)),
      targets: runs.map((run, i) => (logs[i] ?? 0) - trend.logSecondsAt(run.values)),
      noiseScale: runs.map((run) => 1 / run.weight),
    };
    const process = new GaussianProcess(sample, prior, LOG_RUNTIME_HYPER_PRIORS);
    const leftOut: LeftOut[] = runs.map(() => nothing);
    for (const fold of folds) {
      const without = trend.logSecondsWithout(fold);
      const targets = logs.map((log, j) => log - (without[j] ?? 0));
      process.leaveOut(fold, targets).forEach((one, i) => {
        leftOut[fold[i] ?? 0] = one;
      });
    }
    return { trend, process, leftOut, logOdds, weight: 1 };
  }
}

const nothing: LeftOut = { residual: 0, spread: 1 };

function leftOutOf(members: readonly (LeftOut & { weight: number })[]): LeftOut {
  const { mean, spread } = blend(
    members.map(({ residual, spread: own, weight }) => ({ mean: residual, spread: own, weight })),
  );
  return { residual: mean, spread };
}

function spreadFactorOf(leftOut: readonly LeftOut[], runs: readonly SurfaceRun[], columns: number): number {
  let squares = SPREAD_PRIOR_RUNS;
  let count = SPREAD_PRIOR_RUNS;
  runs.forEach((run, i) => {
    if (run.unscored === true) return;
    const { residual, spread } = leftOut[i] ?? nothing;
    squares += run.weight * (residual / spread) ** 2;
    count += run.weight;
  });
  // hyperparameters have seen the runs that are left out: the fewer runs, the more flattering that is
  const fitted = HYPERPARAMETERS_PER_COLUMN * columns;
  return Math.sqrt((squares / count) * (1 + fitted / runs.length));
}

/** Weights by the density that each member gives to runs it has not seen. */
function weigh(members: readonly Member[], runs: readonly SurfaceRun[]): void {
  const scores = members.map(({ leftOut, logOdds }) =>
    leftOut.reduce((sum, { residual, spread }, i) => {
      const { unscored, weight } = runs[i] ?? { weight: 0 };
      if (unscored === true) return sum;
      return sum - weight * (Math.log(spread) + 0.5 * (residual / spread) ** 2);
    }, logOdds / SCORE_SHARE),
  );
  const best = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(SCORE_SHARE * (score - best)));
  const sum = shares.reduce((total, share) => total + share, 0);
  members.forEach((member, k) => {
    member.weight = (shares[k] ?? 0) / sum;
  });
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
