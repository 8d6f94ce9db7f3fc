import type { Scenario } from '../scenario.ts';

const MINUTE_MS = 60_000;
/** What a fault set back may still be trying again, so long after it. */
const RECOVERY_MS = 10 * MINUTE_MS;

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * When a scenario's faults are at work. A bound that the product promises holds for time in which nothing keeps
 * it from working: what faults take is added to it.
 */
export class Outages {
  readonly #spans: readonly Span[];

  constructor(faults: Scenario['faults']) {
    this.#spans = faults.map(({ from, until }) => ({
      fromMs: from === undefined ? -Infinity : Date.parse(from),
      untilMs: until === undefined ? Infinity : Date.parse(until) + RECOVERY_MS,
    }));
  }

  /** Milliseconds between two instants in which some fault was at work. */
  within(fromMs: number, untilMs: number): number {
    const cut = this.#spans
      .map((span) => ({ fromMs: Math.max(span.fromMs, fromMs), untilMs: Math.min(span.untilMs, untilMs) }))
      .filter((span) => span.untilMs > span.fromMs)
      .sort((a, b) => a.fromMs - b.fromMs);
    let total = 0;
    let reachedMs = fromMs;
    for (const span of cut) {
      total += Math.max(0, span.untilMs - Math.max(span.fromMs, reachedMs));
      reachedMs = Math.max(reachedMs, span.untilMs);
    }
    return total;
  }

  /** Milliseconds between two instants in which none was. */
  workingTime(fromMs: number, untilMs: number): number {
    return untilMs - fromMs - this.within(fromMs, untilMs);
  }
}
