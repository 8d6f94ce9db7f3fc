import { MS_PER_HOUR, MS_PER_MINUTE, normal, type Uniform } from '../draws.ts';
import type { MarketParameters } from './market-parameters.ts';

const GRID_MS = 30 * MS_PER_MINUTE;

/**
 * How much of a pool's capacity others use, 0..1: a mean-reverting process in logits on a grid of 30 minutes,
 * with a working day on top. Generated forwards from the world's beginning, as far as asked.
 */
export class Tightness {
  readonly #originMs: number;
  readonly #uniform: Uniform;
  readonly #parameters: MarketParameters['capacity'];
  readonly #meanLogit: number;
  readonly #logits: number[] = [];

  constructor(originMs: number, uniform: Uniform, parameters: MarketParameters['capacity'], mean: number) {
    this.#originMs = originMs;
    this.#uniform = uniform;
    this.#parameters = parameters;
    this.#meanLogit = Math.log(mean / (1 - mean));
  }

  at(timeMs: number): number {
    const index = Math.max(0, Math.floor((timeMs - this.#originMs) / GRID_MS));
    this.#extendTo(index);
    const hour = (timeMs / MS_PER_HOUR) % 24;
    const day = this.#parameters.workingDayEffect * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
    return 1 / (1 + Math.exp(-((this.#logits[index] ?? this.#meanLogit) + day)));
  }

  #extendTo(index: number): void {
    const sigma = this.#parameters.tightnessSigma;
    const keep = 0.5 ** (GRID_MS / MS_PER_HOUR / this.#parameters.tightnessHalfLifeHours);
    while (this.#logits.length <= index) {
      const before = this.#logits.at(-1);
      const shock = normal(this.#uniform);
      const deviation =
        before === undefined
          ? sigma * shock
          : keep * (before - this.#meanLogit) + sigma * Math.sqrt(1 - keep ** 2) * shock;
      this.#logits.push(this.#meanLogit + deviation);
    }
  }
}
