import type { Purchase, PurchaseTerms, PurchaseView } from '../../core/pilot/purchase/purchase-pilot.ts';

/** Decides what a job runs on, tick by tick. */
export type Policy = (view: PurchaseView) => Purchase;
/** A policy for one job, which may remember what it has seen of it. */
export type PolicyMaker = (terms: PurchaseTerms) => Policy;

export interface Flown {
  readonly usd: number;
  readonly missed: boolean;
}

/**
 * Lets a policy decide at each tick of a window. A lost spot instance is gone at once; each start takes the overhead,
 * in which nothing is done and everything is paid for.
 *
 * @param available  the trace, one value a tick, as long as the deadline
 * @see Wu et al., Can't Be Late: Optimizing Spot Instance Savings under Deadlines, NSDI 2024, section 5
 */
export function flyWindow(available: readonly boolean[], terms: PurchaseTerms, make: PolicyMaker): Flown {
  const decide = make(terms);
  let current: Purchase = 'wait';
  let workTicks = terms.workTicks;
  let restartTicks = 0;
  let usd = 0;
  for (let tick = 0; tick < terms.deadlineTicks && workTicks > DONE; tick += 1) {
    const has = available[tick] ?? false;
    if (current === 'spot' && !has) current = 'wait';
    if (current === 'wait') restartTicks = 0;
    const ticksLeft = terms.deadlineTicks - tick;
    const wanted: Purchase = decide({ ticksLeft, workTicks, available: has, current, restartTicks });
    if (wanted === 'spot' && !has) throw new Error('A policy asked for spot where there is none.');
    if (wanted !== 'wait') {
      if (wanted !== current) restartTicks = terms.overheadTicks;
      workTicks -= Math.max(0, 1 - restartTicks);
      restartTicks = Math.max(0, restartTicks - 1);
      usd += wanted === 'spot' ? terms.spotUsdPerTick : terms.onDemandUsdPerTick;
    }
    current = wanted;
  }
  return { usd, missed: workTicks > DONE };
}

const DONE = 1e-9;
