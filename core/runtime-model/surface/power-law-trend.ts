import { USUAL_LOG_REACH, type SurfaceColumn, type SurfaceRun, type SurfaceScale } from './surface-column.ts';
import type { Trend } from './trend.ts';

/** Twice the cores take 2^-0.6 of the time, twice the data 2^0.8: what Spark jobs do on average. */
const USUAL_SLOPE = { cores: -0.6, volume: 0.8, memory: 0, parameter: 0 } as const;

/** A power law with usual exponents, at the level of the runs. Its process learns the job's own exponents. */
export class PowerLawTrend implements Trend {
  readonly #columns: readonly SurfaceColumn[];
  readonly #scale: SurfaceScale;
  readonly #level: number;
  readonly #atRuns: readonly number[];

  constructor(columns: readonly SurfaceColumn[], runs: readonly SurfaceRun[], scale: SurfaceScale) {
    this.#columns = columns;
    this.#scale = scale;
    const weightSum = runs.reduce((sum, run) => sum + run.weight, 0);
    const logSum = runs.reduce((sum, run) => sum + run.weight * Math.log(run.runtimeSeconds), 0);
    this.#level = logSum / weightSum;
    this.#atRuns = runs.map((run) => this.logSecondsAt(run.values));
  }

  logSecondsAt(values: readonly number[]): number {
    return this.#scale
      .inputsOf(values)
      .reduce(
        (sum, input, k) => sum + USUAL_SLOPE[this.#columns[k]?.role ?? 'parameter'] * USUAL_LOG_REACH * input,
        this.#level,
      );
  }

  /** The level is the process's to know: leaving runs out does not move the law. */
  logSecondsWithout(): readonly number[] {
    return this.#atRuns;
  }
}
