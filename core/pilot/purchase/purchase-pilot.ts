import { ageClassOf, AvailabilityRecord } from './availability-record.ts';
import { PurchaseValues, SITUATION, type Situation } from './purchase-values.ts';

export type Purchase = 'wait' | 'spot' | 'on-demand';

/** What is seen at a tick, before anything is done. Ticks are as long as the pool is looked at. */
export interface PurchaseView {
  readonly ticksLeft: number;
  /** work left, in ticks of running */
  readonly workTicks: number;
  /** spot can be had */
  readonly available: boolean;
  /** what the job runs on; `wait` after spot was lost */
  readonly current: Purchase;
  /** ticks until it works, when it has just been started */
  readonly restartTicks: number;
}

export interface PurchaseTerms {
  readonly workTicks: number;
  readonly deadlineTicks: number;
  /** what each start costs in time, paid for */
  readonly overheadTicks: number;
  readonly spotUsdPerTick: number;
  readonly onDemandUsdPerTick: number;
}

/** The table is worked out anew whenever what has been seen has grown by half. */
const LEARNING_FACTOR = 1.5;
const FIRST_LESSON_TICKS = 16;

/**
 * Decides at each tick whether a job that must end by its deadline runs on spot, on demand, or waits for spot. It
 * learns how the pool comes and goes while it flies, and takes what is expected to cost least; it never gives away
 * the time that one start on demand needs, so that the deadline is kept whatever the pool does.
 */
export class PurchasePilot {
  readonly #terms: PurchaseTerms;
  readonly #record = new AvailabilityRecord();
  readonly #values: PurchaseValues;
  #available: boolean | null = null;
  #ageTicks = 0;
  #seenTicks = 0;
  #lessonAtTicks = 0;

  constructor(terms: PurchaseTerms) {
    this.#terms = terms;
    const { overheadTicks: step, workTicks, deadlineTicks } = terms;
    this.#values = new PurchaseValues({
      workSteps: Math.ceil(workTicks / step) + 1,
      slackSteps: Math.max(Math.floor((deadlineTicks - workTicks) / step), 0),
      spotUsdPerStep: terms.spotUsdPerTick * step,
      onDemandUsdPerStep: terms.onDemandUsdPerTick * step,
    });
  }

  /** @returns what to run on during this tick */
  choose(view: PurchaseView): Purchase {
    this.#learn(view);
    // Leaving spot while it lasts gives away what its start has cost.
    const onSpotUsd = this.#spotUsd(view);
    if (view.current === 'spot' && Number.isFinite(onSpotUsd)) return 'spot';
    const costs: readonly (readonly [Purchase, number])[] = [
      ['spot', onSpotUsd],
      ['wait', this.#waitUsd(view)],
      ['on-demand', this.#onDemandUsd(view)],
    ];
    const [best] = [...costs].sort(([, one], [, other]) => one - other);
    // Where nothing keeps the deadline any more, on demand is the least late.
    return best === undefined || !Number.isFinite(best[1]) ? 'on-demand' : best[0];
  }

  #learn({ available, workTicks, ticksLeft }: PurchaseView): void {
    if (this.#available !== null) {
      const ended = available !== this.#available;
      this.#record.observe(this.#available, this.#ageTicks, ended);
      if (ended) this.#ageTicks = 0;
    }
    this.#available = available;
    this.#ageTicks += 1;
    if (this.#seenTicks >= this.#lessonAtTicks) {
      const step = this.#terms.overheadTicks;
      this.#values.solve(
        this.#record.chances(true, step),
        this.#record.chances(false, step),
        // Neither grows again.
        { workSteps: workTicks / step, slackSteps: (ticksLeft - workTicks) / step },
      );
      this.#lessonAtTicks = Math.max(FIRST_LESSON_TICKS, this.#seenTicks * LEARNING_FACTOR);
    }
    this.#seenTicks += 1;
  }

  #spotUsd(view: PurchaseView): number {
    const { overheadTicks, spotUsdPerTick } = this.#terms;
    const pending = view.current === 'spot' ? view.restartTicks : overheadTicks;
    const slack = view.ticksLeft - view.workTicks;
    if (!view.available || slack - pending < overheadTicks) return Number.POSITIVE_INFINITY;
    return this.#running(view, pending, spotUsdPerTick, SITUATION.onSpot, SITUATION.idleWithoutSpot);
  }

  #onDemandUsd(view: PurchaseView): number {
    const { overheadTicks, onDemandUsdPerTick } = this.#terms;
    const pending = view.current === 'on-demand' ? view.restartTicks : overheadTicks;
    if (view.ticksLeft - view.workTicks < pending) return Number.POSITIVE_INFINITY;
    const { onDemandWithSpot, onDemandWithoutSpot } = SITUATION;
    return view.available
      ? this.#running(view, pending, onDemandUsdPerTick, onDemandWithSpot, onDemandWithoutSpot)
      : this.#running(view, pending, onDemandUsdPerTick, onDemandWithoutSpot, onDemandWithSpot);
  }

  #waitUsd(view: PurchaseView): number {
    const slack = view.ticksLeft - view.workTicks - 1;
    if (slack < this.#terms.overheadTicks) return Number.POSITIVE_INFINITY;
    const { idleWithSpot, idleWithoutSpot } = SITUATION;
    return view.available
      ? this.#expected(view.workTicks, slack, 1, idleWithSpot, idleWithoutSpot)
      : this.#expected(view.workTicks, slack, 1, idleWithoutSpot, idleWithSpot);
  }

  /** A started job first gets through its restart; a running one works for a tick. */
  #running(
    view: PurchaseView,
    pendingTicks: number,
    usdPerTick: number,
    stays: Situation,
    turns: Situation,
  ): number {
    const slack = view.ticksLeft - view.workTicks;
    return pendingTicks > 0
      ? pendingTicks * usdPerTick +
          this.#expected(view.workTicks, slack - pendingTicks, pendingTicks, stays, turns)
      : usdPerTick + this.#expected(view.workTicks - 1, slack, 1, stays, turns);
  }

  /** Cost from a place on, when the pool may turn within the ticks until there. */
  #expected(work: number, slack: number, ticks: number, stays: Situation, turns: Situation): number {
    const step = this.#terms.overheadTicks;
    let endsExpected = 0;
    for (let tick = 0; tick < ticks; tick += 1) {
      endsExpected += this.#record.endsPerTick(this.#available ?? false, ageClassOf(this.#ageTicks + tick));
    }
    const ends = 1 - Math.exp(-endsExpected);
    const age = ageClassOf(this.#ageTicks + ticks);
    const kept = this.#values.cost(work / step, slack / step, stays, age);
    const lost = this.#values.cost(work / step, slack / step, turns, 0);
    return kept + ends * (lost - kept);
  }
}
