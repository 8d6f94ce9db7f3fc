import type { Purchase } from '../../world/market/market.ts';
import { liveUnits, type Fleet, type FleetNode } from './model.ts';

const RELEASE_ORDER = { PROVISIONING: 0, BOOTSTRAPPING: 1, RUNNING: 2, TERMINATED: 3 };

/**
 * Whole machines that a fleet can let go while its target stays covered: unready ones first, then the newest.
 *
 * @param releasable  ids of nodes that may go; any when left out
 */
export function nodesToRelease(
  fleet: Fleet,
  purchase: Purchase,
  targetUnits: number,
  releasable?: ReadonlySet<string>,
): FleetNode[] {
  let excess = liveUnits(fleet, purchase) - targetUnits;
  return fleet.nodes
    .filter((node) => node.state !== 'TERMINATED' && node.instance.purchase === purchase)
    .filter((node) => releasable?.has(node.id) ?? true)
    .sort(
      (a, b) =>
        RELEASE_ORDER[a.state] - RELEASE_ORDER[b.state] || b.instance.requestedMs - a.instance.requestedMs,
    )
    .filter((node) => {
      if (node.weight > excess) return false;
      excess -= node.weight;
      return true;
    });
}
