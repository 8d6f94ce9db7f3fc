import { normalQuantile } from '../../numerics/normal-quantile.ts';
import { GaussianProcess } from '../../numerics/gaussian-process/gaussian-process.ts';
import type { ProcessPrior } from '../../numerics/gaussian-process/process-kernel.ts';
import { LOG_RUNTIME_HYPER_PRIORS } from './hyper-priors.ts';
import { MultilinearTrend } from './multilinear-trend.ts';
import { PowerLawTrend } from './power-law-trend.ts';
import { SurfaceScale, USUAL_LOG_REACH, type SurfaceColumn, type SurfaceRun } from './surface-column.ts';
import type { Trend } from './trend.ts';

const POWER_LAW_SLOPE_SPREAD = { cores: 0.25, volume: 0.4, parameter: 0.4 } as const;
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

interface Member {
  readonly trend: Trend;
  readonly process: GaussianProcess;
  readonly leftOut: readonly { residual: number; spread: number }[];
  /** of this law before any run is known */
  readonly logOdds: number;
  weight: number;
}

/**
 * Runtime over any columns: two laws (a sum of products, and a power law), each with a Gaussian process on the
 * logarithm of what it misses, blended by how well each foretells runs that it has not seen. Spreads are scaled
 * by what leaving runs out shows.
 *
 * @see Yao et al., Using Stacking to Average Bayesian Predictive Distributions, Bayesian Analysis 2018
 */
export class RuntimeSurface {
  readonly #scale: SurfaceScale;
  readonly #members: readonly Member[];
  readonly #spreadFactor: number;

  /** @param runs  at least one, runtimes and weights above 0 */
  constructor(columns: readonly SurfaceColumn[], runs: readonly SurfaceRun[]) {
    this.#scale = new SurfaceScale(columns, runs);
    const multilinear: ProcessPrior = {
      constantSpread: MULTILINEAR_LEVEL_SPREAD,
      linearSpread: columns.map(() => MULTILINEAR_SLOPE_SPREAD),
    };
    const powerLaw: ProcessPrior = {
      constantSpread: POWER_LAW_LEVEL_SPREAD,
      linearSpread: columns.map(({ role }) => POWER_LAW_SLOPE_SPREAD[role] * USUAL_LOG_REACH),
    };
    this.#members = [
      this.#memberOf(new MultilinearTrend(columns, runs), multilinear, runs, MULTILINEAR_LOG_ODDS),
      this.#memberOf(new PowerLawTrend(columns, runs, this.#scale), powerLaw, runs, 0),
    ];
    weigh(this.#members);
    this.#spreadFactor = this.#calibrate(runs, columns.length);
  }

  /** @returns the median's logarithm and the standard deviation of the logarithm, seconds */
  predict(values: readonly number[]): { logMedian: number; logSpread: number } {
    const inputs = this.#scale.inputsOf(values);
    const parts = this.#members.map(({ trend, process, weight }) => {
      const { mean, spread } = process.predict(inputs);
      return { mean: mean + trend.logSecondsAt(values), spread, weight };
    });
    const { mean, spread } = blend(parts);
    return { logMedian: mean, logSpread: spread * this.#spreadFactor };
  }

  /** Seconds that a run stays below with a probability. */
  secondsAt(values: readonly number[], level: number): number {
    const { logMedian, logSpread } = this.predict(values);
    return Math.exp(logMedian + logSpread * normalQuantile(level));
  }

  #memberOf(trend: Trend, prior: ProcessPrior, runs: readonly SurfaceRun[], logOdds: number): Member {
    const logs = runs.map((run) => Math.log(run.runtimeSeconds));
    const sample = {
      inputs: runs.map((run) => this.#scale.inputsOf(run.values)),
      targets: runs.map((run, i) => (logs[i] ?? 0) - trend.logSecondsAt(run.values)),
      noiseScale: runs.map((run) => 1 / run.weight),
    };
    const process = new GaussianProcess(sample, prior, LOG_RUNTIME_HYPER_PRIORS);
    const leftOut = runs.flatMap((_, i) => {
      const without = trend.logSecondsWithout(i);
      return process.leaveOut(
        [i],
        logs.map((log, j) => log - (without[j] ?? 0)),
      );
    });
    return { trend, process, leftOut, logOdds, weight: 1 };
  }

  #calibrate(runs: readonly SurfaceRun[], columns: number): number {
    let squares = SPREAD_PRIOR_RUNS;
    let count = SPREAD_PRIOR_RUNS;
    runs.forEach((run, i) => {
      const parts = this.#members.map(({ leftOut, weight }) => {
        const { residual, spread } = leftOut[i] ?? { residual: 0, spread: 1 };
        return { mean: residual, spread, weight };
      });
      const { mean, spread } = blend(parts);
      squares += run.weight * (mean / spread) ** 2;
      count += run.weight;
    });
    // hyperparameters have seen the runs that are left out: the fewer runs, the more flattering that is
    const fitted = HYPERPARAMETERS_PER_COLUMN * columns;
    return Math.sqrt((squares / count) * (1 + fitted / runs.length));
  }
}

/** Weights by the density that each member gives to runs it has not seen. */
function weigh(members: readonly Member[]): void {
  const scores = members.map(({ leftOut, logOdds }) =>
    leftOut.reduce(
      (sum, { residual, spread }) => sum - Math.log(spread) - 0.5 * (residual / spread) ** 2,
      logOdds / SCORE_SHARE,
    ),
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
