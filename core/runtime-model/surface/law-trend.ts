import type { Fold } from '../left-out.ts';
import { shapeAt } from '../refinement.ts';
import { secondsOf } from '../seconds-of.ts';
import type { RuntimeCoefficients } from '../task-priors.ts';
import type { Trend } from './trend.ts';

/**
 * The fitted law of the runtime model as one of a surface's: it knows of spilling, and of what a job's kind, or the
 * replay of its log, lets expect. Its values are those of `placeOf`, without the logarithms.
 */
export class LawTrend implements Trend {
  readonly #coefficients: Readonly<RuntimeCoefficients>;
  readonly #values: readonly (readonly number[])[];
  readonly #withoutByPoint: ReadonlyMap<number, Readonly<RuntimeCoefficients>>;

  /**
   * @param values  of the sample's points
   * @param folds  the law without some of them: of the points that are asked to be left out, one fold
   */
  constructor(
    coefficients: Readonly<RuntimeCoefficients>,
    values: readonly (readonly number[])[],
    folds: readonly Fold[],
  ) {
    this.#coefficients = coefficients;
    this.#values = values;
    this.#withoutByPoint = new Map(
      folds.flatMap(({ points, coefficients: without }) => points.map((point) => [point, without])),
    );
  }

  logSecondsAt(values: readonly number[]): number {
    return logSeconds(this.#coefficients, values);
  }

  logSecondsWithout(points: readonly number[]): number[] {
    const without = this.#withoutByPoint.get(points[0] ?? -1) ?? this.#coefficients;
    return this.#values.map((values) => logSeconds(without, values));
  }
}

function logSeconds(
  coefficients: Readonly<RuntimeCoefficients>,
  [volume = 1, cores = 1, memoryPerCore = 1]: readonly number[],
): number {
  const shape = shapeAt([Math.log(volume), Math.log(cores), Math.log(memoryPerCore)]);
  return Math.log(secondsOf(coefficients, shape).totalSeconds);
}
