import type { Fleet } from '../contracts/fleet-plan.ts';
import type { Pool } from '../contracts/market.ts';
import { executorCoresOn } from '../executors/executor-layout.ts';
import type { FleetDesign } from './fleet-design.ts';

/** So many are named: one pool that runs dry is made up for by a few others, and EMR takes thirty types in all. */
const MOST_SUBSTITUTES = 4;

/**
 * Types that may stand in for the task fleet's own when these cannot be had on spot in flight: as many vCPUs, room
 * for at least as many executors of the plan's shape, and no pool that lacked capacity lately. None is dearer on demand
 * than the dearest of the fleet's own, so that what is reserved for the flight holds. Cheapest work first.
 *
 * @param pools  the eligible pools of the design's zone and architecture
 * @returns empty for a design that buys no spot
 */
export function substitutesFor(design: FleetDesign, pools: readonly Pool[]): Fleet['instanceTypes'] {
  const { task, taskSpotNodes, executors } = design;
  const [first] = task;
  if (first === undefined || taskSpotNodes === 0) return [];
  const leastCores = Math.min(...executors.taskNodeCores);
  const own = new Set(task.map(({ instanceType }) => instanceType.name));
  const onDemandUsd = ({ onDemandUsdPerHour, emrFeeUsdPerHour }: Pool) =>
    onDemandUsdPerHour + emrFeeUsdPerHour;
  const dearestUsd = Math.max(...task.map(onDemandUsd));
  const usdPerWork = ({ spotUsdPerHour, emrFeeUsdPerHour, instanceType }: Pool) =>
    ((spotUsdPerHour ?? Number.POSITIVE_INFINITY) + emrFeeUsdPerHour) / instanceType.coreSpeed;
  return pools
    .filter(
      (pool) =>
        pool.spotUsdPerHour !== null &&
        pool.spotShareMost === undefined &&
        onDemandUsd(pool) <= dearestUsd &&
        !own.has(pool.instanceType.name) &&
        pool.instanceType.vcpus === first.instanceType.vcpus &&
        executorCoresOn(pool.instanceType, executors.shape) >= leastCores,
    )
    .sort((one, other) => usdPerWork(one) - usdPerWork(other))
    .slice(0, MOST_SUBSTITUTES)
    .map(({ instanceType }) => ({ name: instanceType.name, weightUnits: instanceType.vcpus }));
}
