import { RecentPoints } from './recent-points.ts';
import { SortedWindow } from './sorted-window.ts';

/** Points of a series that are kept: two weeks of five minutes. */
export const MOST_POINTS = 4032;
/** Points that "now" means: half an hour, and two hours, of five minutes. */
const NOW_POINTS = 6;
const LATELY_POINTS = 24;
/** Points of a day, and of what is usual, of five minutes. */
const DAY_POINTS = 288;
const USUAL_POINTS = 1000;
const STEPS = 200;
/** From the 5 % to the 95 % quantile a normal distribution is so many standard deviations wide. */
const NORMAL_90_PERCENT_WIDTH = 3.29;
/** A series that rests longest at one value has no spread there: a share of its whole spread stands in for it. */
const LEAST_SPREAD_SHARE = 0.05;
const LEAST_RELATIVE_SPREAD = 1e-9;
const LEAST_SPREAD = 1e-12;

/** What a detector remembers of a series: its last points, and windows over them. */
export class SeriesMemory {
  readonly points = new RecentPoints(MOST_POINTS);
  readonly now = new SortedWindow(NOW_POINTS);
  readonly lately = new SortedWindow(LATELY_POINTS);
  readonly day = new SortedWindow(DAY_POINTS);
  readonly usual = new SortedWindow(USUAL_POINTS);
  readonly #all = new SortedWindow(MOST_POINTS);
  readonly #stepsSeconds = new SortedWindow(STEPS);
  #last: { atSeconds: number; value: number } | undefined;

  get last(): { readonly atSeconds: number; readonly value: number } | undefined {
    return this.#last;
  }

  /** Seconds between points, median of the last ones. */
  get stepSeconds(): number {
    return this.#stepsSeconds.quantile(0.5);
  }

  push(atSeconds: number, value: number): void {
    if (this.#last !== undefined) {
      this.#stepsSeconds.push(atSeconds - this.#last.atSeconds);
    }
    for (const window of [this.now, this.lately, this.day, this.usual, this.#all]) {
      window.push(value);
    }
    this.points.push(atSeconds, value);
    this.#last = { atSeconds, value };
  }

  /** The least that counts as a spread of this series, in its unit; more than 0. */
  leastSpread(): number {
    const whole = (this.#all.quantile(0.95) - this.#all.quantile(0.05)) / NORMAL_90_PERCENT_WIDTH;
    const level = Math.abs(this.#all.quantile(0.5));
    return LEAST_SPREAD_SHARE * whole + LEAST_RELATIVE_SPREAD * level + LEAST_SPREAD;
  }
}
