import { exponential, MS_PER_DAY, normal, type Uniform } from '../draws.ts';
import type { MarketParameters } from './market-parameters.ts';
import type { PoolParameters } from './pool.ts';

export interface PriceChange {
  readonly atMs: number;
  readonly usdPerHour: number;
}

/**
 * Spot price of a pool: a few changes a day, mean-reverting in the logarithm, with rare jumps up and a rise
 * when capacity is tight. Generated forwards from the start of the price history, as far as asked.
 */
export class SpotPriceSeries {
  readonly #uniform: Uniform;
  readonly #parameters: MarketParameters['price'];
  readonly #onDemandUsdPerHour: number;
  readonly #meanLog: number;
  readonly #tightness: (timeMs: number) => number;
  readonly #meanTightness: number;
  readonly #changes: PriceChange[] = [];
  #nextMs: number;
  #deviation: number;

  constructor(
    startMs: number,
    uniform: Uniform,
    parameters: MarketParameters['price'],
    pool: PoolParameters,
    tightness: (timeMs: number) => number,
  ) {
    this.#uniform = uniform;
    this.#parameters = parameters;
    this.#onDemandUsdPerHour = pool.type.onDemandUsdPerHour;
    this.#meanLog = Math.log(pool.meanPriceShare) + parameters.poolSigma * normal(uniform);
    this.#tightness = tightness;
    this.#meanTightness = pool.meanTightness;
    this.#nextMs = startMs;
    this.#deviation = parameters.dailySigma * Math.sqrt(parameters.reversionHalfLifeDays) * normal(uniform);
  }

  /** Price in force at a time, USD per hour. */
  at(timeMs: number): number {
    return this.#changes[this.#indexAt(timeMs)]?.usdPerHour ?? 0;
  }

  /** Changes from `fromMs` to `untilMs`, ascending, led by the one in force at `fromMs`. */
  between(fromMs: number, untilMs: number): PriceChange[] {
    this.#extendTo(untilMs);
    return this.#changes.slice(this.#indexAt(fromMs), this.#indexAt(untilMs) + 1);
  }

  /** Index of the change in force; the first for times before the history. */
  #indexAt(timeMs: number): number {
    this.#extendTo(timeMs);
    let low = 0;
    let high = this.#changes.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#changes[middle]?.atMs ?? Infinity) <= timeMs) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #extendTo(timeMs: number): void {
    const { changesPerDay, reversionHalfLifeDays, dailySigma, jumpsPerDay, jumpMeanLog } = this.#parameters;
    while (this.#nextMs <= timeMs || this.#changes.length === 0) {
      this.#changes.push({ atMs: this.#nextMs, usdPerHour: this.#price(this.#nextMs) });
      const gapMs = Math.max(
        60_000,
        Math.round(exponential(this.#uniform, MS_PER_DAY / changesPerDay) / 1000) * 1000,
      );
      const days = gapMs / MS_PER_DAY;
      const jump = this.#uniform() < jumpsPerDay * days ? exponential(this.#uniform, jumpMeanLog) : 0;
      this.#deviation =
        this.#deviation * 0.5 ** (days / reversionHalfLifeDays) +
        dailySigma * Math.sqrt(days) * normal(this.#uniform) +
        jump;
      this.#nextMs += gapMs;
    }
  }

  #price(timeMs: number): number {
    const { tightnessEffect, ceilingShare, floorShare } = this.#parameters;
    const tight = (this.#tightness(timeMs) - this.#meanTightness) / (1 - this.#meanTightness);
    const share = Math.exp(this.#meanLog + this.#deviation + tightnessEffect * tight);
    const bounded = Math.min(ceilingShare, Math.max(floorShare, share));
    return Math.round(this.#onDemandUsdPerHour * bounded * 10_000) / 10_000;
  }
}
