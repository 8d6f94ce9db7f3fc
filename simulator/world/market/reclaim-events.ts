import { delayMs, exponential, MS_PER_HOUR, type Uniform } from '../draws.ts';
import type { MarketParameters } from './market-parameters.ts';

/** The whole pool is wanted back. Every one of an account's spot nodes there goes. */
export interface ReclaimEvent {
  readonly atMs: number;
  /** when a rebalance recommendation comes; null: there is none before the warnings */
  readonly rebalanceAtMs: number | null;
}

/**
 * Reclaim events of one pool, from the world's beginning on, whoever holds nodes there: a Poisson process
 * whose rate rises with tightness, by thinning.
 *
 * @see Lewis and Shedler, Simulation of Nonhomogeneous Poisson Processes by Thinning, 1979
 */
export class ReclaimEvents {
  readonly #uniform: Uniform;
  readonly #parameters: MarketParameters['reclaims'];
  readonly #tightness: (timeMs: number) => number;
  readonly #meanTightness: number;
  readonly #events: ReclaimEvent[] = [];
  #frontierMs: number;

  constructor(
    originMs: number,
    uniform: Uniform,
    parameters: MarketParameters['reclaims'],
    meanTightness: number,
    tightness: (timeMs: number) => number,
  ) {
    this.#frontierMs = originMs;
    this.#uniform = uniform;
    this.#parameters = parameters;
    this.#meanTightness = meanTightness;
    this.#tightness = tightness;
  }

  /** First event after a time, or null when there is none before `untilMs`. */
  nextAfter(timeMs: number, untilMs: number): ReclaimEvent | null {
    this.#extendTo(untilMs);
    return this.#events.find((event) => event.atMs > timeMs && event.atMs <= untilMs) ?? null;
  }

  /** Last event at or before a time. */
  lastBefore(timeMs: number): ReclaimEvent | null {
    this.#extendTo(timeMs);
    return this.#events.findLast((event) => event.atMs <= timeMs) ?? null;
  }

  #extendTo(untilMs: number): void {
    const { eventsPerHour, tightFactor, rebalanceShare, rebalanceLead } = this.#parameters;
    const ceiling = eventsPerHour * tightFactor;
    if (ceiling === 0) return;
    while (this.#frontierMs <= untilMs) {
      this.#frontierMs += Math.max(1000, Math.round(exponential(this.#uniform, MS_PER_HOUR / ceiling)));
      const tight = Math.max(
        0,
        (this.#tightness(this.#frontierMs) - this.#meanTightness) / (1 - this.#meanTightness),
      );
      if (this.#uniform() * ceiling > eventsPerHour * tightFactor ** tight) continue;
      const announced = this.#uniform() < rebalanceShare;
      const lead = delayMs(this.#uniform, rebalanceLead);
      this.#events.push({
        atMs: this.#frontierMs,
        rebalanceAtMs: announced ? this.#frontierMs - lead : null,
      });
    }
  }
}
