import type { Fleet, FleetPlan } from '../contracts/fleet-plan.ts';
import type { Pool } from '../contracts/market.ts';
import { emrFee, instanceTypeByName } from './catalogue.ts';

/**
 * What a node of each of these fleets' types costs an hour on demand in a zone, EMR fee included, disks not.
 *
 * @param pools  as surveyed; a type that none of them is about is left out
 */
export function surveyedNodePrices(
  fleets: readonly Pick<Fleet, 'instanceTypes'>[],
  pools: readonly Pool[],
  zone: string,
): Record<string, number> {
  const names = new Set(fleets.flatMap(({ instanceTypes }) => instanceTypes.map(({ name }) => name)));
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const ofType = pools.filter(({ instanceType }) => instanceType.name === name);
      const pool = ofType.find((each) => each.zone === zone) ?? ofType[0];
      return pool === undefined ? [] : [[name, pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour]];
    }),
  );
}

/**
 * What a node costs an hour on demand, EMR fee included, disks not: as the plan's survey had it, else at the
 * catalogue's list price.
 *
 * @returns undefined: neither knows the type
 */
export function nodeUsdPerHour(
  plan: Pick<FleetPlan, 'nodeUsdPerHour'>,
  typeName: string,
): number | undefined {
  const surveyed = plan.nodeUsdPerHour?.[typeName];
  if (surveyed !== undefined) return surveyed;
  const type = instanceTypeByName(typeName);
  return type === undefined ? undefined : type.onDemandUsdPerHour + emrFee(type).usdPerHour;
}
