import type { Purchase } from '../../world/market/market.ts';
import type { ManagedScalingPolicy } from './input.ts';
import { liveUnits, type Fleet, type FleetNode } from './model.ts';

/** New targets of one fleet. */
interface ScalingOrder {
  readonly fleet: Fleet;
  readonly onDemand: number;
  readonly spot: number;
}

/** What can be bought: one fleet, one way. */
interface Share {
  readonly fleet: Fleet;
  readonly purchase: Purchase;
  target: number;
}

/**
 * Targets that managed scaling sets, as AWS documents its order: out, core before task and on demand before spot,
 * each up to its limit; in, task before core and spot before on demand, never below the minimum, and only
 * machines that may go.
 *
 * @param wantedUnits  what the applications could use, before the policy's limits
 * @param mayGo  whether a machine may be let go: no task on it, no shuffle file that is still read
 * @returns the fleets whose targets change
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/managed-scaling-allocation-strategy.html
 */
export function scalingOrders(
  policy: ManagedScalingPolicy,
  fleets: readonly Fleet[],
  wantedUnits: number,
  mayGo: (node: FleetNode) => boolean,
): ScalingOrder[] {
  const { MinimumCapacityUnits: least, MaximumCapacityUnits: most } = policy.ComputeLimits;
  const shares = sharesOf(fleets);
  const wanted = Math.min(most, Math.max(least, wantedUnits));
  const now = unitsOf(shares);
  if (wanted > now) grow(policy, shares, wanted - now);
  else if (wanted < now) shrink(shares, now - wanted, mayGo);
  return fleets.flatMap((fleet) => {
    const of = (purchase: Purchase) =>
      shares.find((share) => share.fleet === fleet && share.purchase === purchase)?.target ?? 0;
    const order = { fleet, onDemand: of('on-demand'), spot: of('spot') };
    const same = order.onDemand === fleet.targetOnDemand && order.spot === fleet.targetSpot;
    return fleet.role === 'MASTER' || same ? [] : [order];
  });
}

/** Core before task, on demand before spot. */
function sharesOf(fleets: readonly Fleet[]): Share[] {
  return (['CORE', 'TASK'] as const).flatMap((role) =>
    fleets
      .filter((fleet) => fleet.role === role)
      .flatMap((fleet) => [
        { fleet, purchase: 'on-demand' as const, target: fleet.targetOnDemand },
        { fleet, purchase: 'spot' as const, target: fleet.targetSpot },
      ]),
  );
}

function grow({ ComputeLimits: limits }: ManagedScalingPolicy, shares: Share[], missing: number): void {
  const most = limits.MaximumCapacityUnits;
  const mostOnDemand = limits.MaximumOnDemandCapacityUnits ?? most;
  const mostCore = limits.MaximumCoreCapacityUnits ?? most;
  for (const share of shares) {
    const core = unitsOf(shares.filter(({ fleet }) => fleet.role === 'CORE'));
    const onDemand = unitsOf(shares.filter(({ purchase }) => purchase === 'on-demand'));
    const room = Math.min(
      share.fleet.role === 'CORE' ? mostCore - core : Infinity,
      share.purchase === 'on-demand' ? mostOnDemand - onDemand : Infinity,
      missing,
    );
    if (room <= 0) continue;
    share.target += room;
    missing -= room;
  }
}

function shrink(shares: Share[], excess: number, mayGo: (node: FleetNode) => boolean): void {
  for (const share of shares.reverse()) {
    const taskIsLeft = shares.some(({ fleet, target }) => fleet.role === 'TASK' && target > 0);
    if (share.fleet.role === 'CORE' && taskIsLeft) return;
    const kept = liveUnits(share.fleet, share.purchase) - leavingUnits(share, mayGo);
    const least = share.fleet.role === 'CORE' ? Math.max(kept, 1) : kept;
    const lower = Math.max(Math.min(least, share.target), share.target - excess);
    excess -= share.target - lower;
    share.target = lower;
  }
}

function leavingUnits({ fleet, purchase }: Share, mayGo: (node: FleetNode) => boolean): number {
  return fleet.nodes
    .filter((node) => node.state !== 'TERMINATED' && node.instance.purchase === purchase)
    .filter(mayGo)
    .reduce((sum, node) => sum + node.weight, 0);
}

function unitsOf(shares: readonly Share[]): number {
  return shares.reduce((sum, { target }) => sum + target, 0);
}
