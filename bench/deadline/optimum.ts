import type { PurchaseTerms } from '../../core/pilot/purchase/purchase-pilot.ts';

/**
 * What the job costs whoever knows the trace beforehand: the exact optimum, by dynamic programming over the ticks of
 * progress made on each kind of capacity. Progress a restart will cost is taken off at its start, so that work begins
 * below zero.
 *
 * @param available  the trace, one value a tick, as long as the deadline
 * @returns USD; infinite when even on demand from the first tick is too late
 */
export function optimumUsd(available: readonly boolean[], terms: PurchaseTerms): number {
  const { workTicks, deadlineTicks, overheadTicks, spotUsdPerTick, onDemandUsdPerTick } = terms;
  const size = workTicks + overheadTicks + 1;
  let idle = new Float64Array(size).fill(Infinity);
  let spot = new Float64Array(size).fill(Infinity);
  let onDemand = new Float64Array(size).fill(Infinity);
  idle[overheadTicks] = 0;
  for (let tick = 0; tick < deadlineTicks; tick += 1) {
    const rest = idle.map((usd, i) => Math.min(usd, spot[i] ?? Infinity, onDemand[i] ?? Infinity));
    const toOnDemand = moved(onDemand, least(idle, spot), overheadTicks, onDemandUsdPerTick);
    const toSpot =
      available[tick] === true
        ? moved(spot, least(idle, onDemand), overheadTicks, spotUsdPerTick)
        : new Float64Array(size).fill(Infinity);
    [idle, spot, onDemand] = [rest, toSpot, toOnDemand];
  }
  return Math.min(...[idle, spot, onDemand].map((costs) => costs[size - 1] ?? Infinity));
}

/** One tick on a kind of capacity: who runs on makes a tick of progress, who starts loses the restart first. */
function moved(
  running: Float64Array,
  starting: Float64Array,
  overheadTicks: number,
  usd: number,
): Float64Array<ArrayBuffer> {
  const last = running.length - 1;
  const costs = new Float64Array(running.length).fill(Infinity);
  for (let i = 0; i <= last; i += 1) {
    lower(costs, i + 1, (running[i] ?? Infinity) + usd);
    lower(costs, i + 1 - overheadTicks, (starting[i] ?? Infinity) + usd);
  }
  return costs;
}

/** Progress past the end counts as the end. */
function lower(costs: Float64Array, progress: number, usd: number): void {
  const at = Math.min(progress, costs.length - 1);
  if (at >= 0 && usd < (costs[at] ?? Infinity)) costs[at] = usd;
}

function least(one: Float64Array, other: Float64Array): Float64Array {
  return one.map((cost, i) => Math.min(cost, other[i] ?? Infinity));
}
