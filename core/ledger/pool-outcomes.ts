import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PoolOutcome } from '../market/pool-breaker.ts';
import { secondsBetween, SECONDS_PER_MINUTE } from '../units.ts';
import type { BilledInstance } from './billed-instance.ts';

/** A fleet has had its chance when its cluster is this old: spot waits so long before it is given up. */
const CHANCE_SECONDS = 10 * SECONDS_PER_MINUTE;
/** EMR says itself that capacity lacked. */
const CAPACITY_CODES = new Set([
  'INSTANCE_FLEET_TIMEOUT',
  'INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ',
  'INTERNAL_ERROR_SPOT_NO_CAPACITY_PRIMARY',
]);

type Purchase = PoolOutcome['purchase'];

/**
 * Which pools gave an attempt what it asked for, and which had no capacity: in a fleet that never got all its units
 * bought one way, every type of which not one instance came. A type that gave some of what was asked is no proof
 * of either, nor is one that took machines back.
 *
 * @param instances  every one that the cluster had
 */
export function poolOutcomes(
  plan: Pick<FleetPlan, 'fleets' | 'zone'>,
  view: ClusterView,
  instances: readonly BilledInstance[],
): PoolOutcome[] {
  const ageSeconds = secondsBetween(view.createdAt, view.endedAt ?? view.observedAt);
  const codes = [view.stateReasonCode ?? '', ...(view.errors ?? []).map(({ code }) => code)];
  const hadItsChance = ageSeconds >= CHANCE_SECONDS || codes.some((code) => CAPACITY_CODES.has(code));
  const outcomes = new Map<string, PoolOutcome>();
  for (const fleet of plan.fleets) {
    for (const purchase of ['on-demand', 'spot'] as const) {
      const wantedUnits = wanted(fleet, purchase, view);
      const had = instances.filter(({ role, market }) => role === fleet.role && market === purchase);
      const weights = new Map(fleet.instanceTypes.map(({ name, weightUnits }) => [name, weightUnits]));
      const hadUnits = had.reduce((units, { instanceType }) => units + (weights.get(instanceType) ?? 0), 0);
      const lacks = hadUnits < wantedUnits;
      for (const { name } of fleet.instanceTypes) {
        const its = had.filter(({ instanceType }) => instanceType === name);
        const came = its.length > 0;
        if (came ? lacks || its.some(({ reclaimed }) => reclaimed) : !(lacks && hadItsChance)) continue;
        const key = `${name} ${purchase}`;
        // the one machine of the primary says little of the many that another fleet asked for in vain
        if (outcomes.get(key)?.gave === false) continue;
        const gaveAt = its.reduce((last, { startedAt }) => (startedAt > last ? startedAt : last), '');
        outcomes.set(key, {
          ...{ instanceType: name, zone: plan.zone, purchase, gave: came },
          ...(came ? { gaveAt } : {}),
        });
      }
    }
  }
  return [...outcomes.values()];
}

/** What was asked for: by the plan, or by a resize that has ended. */
function wanted({ role, ...planned }: FleetPlan['fleets'][number], purchase: Purchase, view: ClusterView) {
  const fleet = view.fleets.find((each) => each.role === role);
  const resized = role !== 'primary' && fleet !== undefined && fleet.state === 'RUNNING' ? fleet : undefined;
  return purchase === 'spot'
    ? Math.max(planned.spotUnits, resized?.targetSpotUnits ?? 0)
    : Math.max(planned.onDemandUnits, resized?.targetOnDemandUnits ?? 0);
}
