import { describe, expect, it } from 'vitest';
import { fleetAmounts } from '../../../core/control/spend-claim.ts';
import { emrFee, instanceTypeByName } from '../../../core/market/catalogue.ts';
import { growthRoom } from '../../../core/pilot/growth-room.ts';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { plan as flown, viewAt } from '../pilot/flights.ts';
import { marketOf, modelOf, requestOf } from '../sizing/cases.ts';

const FAMILIES = ['m5', 'm6i', 'r5'];
const DEARER = 1.3;

describe('what a fleet may cost at most', () => {
  it('is reckoned at the prices of its own region, as surveyed for the plan', () => {
    const usual = marketOf(FAMILIES);
    const onDemandUsdPerHour = Object.fromEntries(
      usual.pools.map(({ instanceType }) => [instanceType.name, instanceType.onDemandUsdPerHour * DEARER]),
    );
    const market = marketOf(FAMILIES, { region: 'eu-central-1', onDemandUsdPerHour });
    const plan = planFleet(requestOf({ model: modelOf(800), market }));
    for (const { name } of plan.fleets.flatMap(({ instanceTypes }) => instanceTypes)) {
      const type = instanceTypeByName(name)!;
      const pool = market.pools.find(({ instanceType }) => instanceType.name === name)!;
      expect(plan.nodeUsdPerHour?.[name]).toBeCloseTo(
        type.onDemandUsdPerHour * DEARER + pool.emrFeeUsdPerHour,
        6,
      );
    }
    const { nodeUsdPerHour: _, ...withoutPrices } = plan;
    expect(fleetAmounts(plan, plan.fleets).hourlyMicroUsd).toBeGreaterThan(
      fleetAmounts(withoutPrices, plan.fleets).hourlyMicroUsd * 1.15,
    );
  });

  it('counts each fleet at its dearest type, whole nodes, disks and fee included', () => {
    const task = {
      ...flown.fleets[2]!,
      instanceTypes: ['m5.2xlarge', 'm6i.2xlarge'].map((name) => ({ name, weightUnits: 8 })),
      spotUnits: 12,
    };
    const plan = { ebsGib: 0, nodeUsdPerHour: { 'm5.2xlarge': 1, 'm6i.2xlarge': 2 } };
    const diskUsd = (15 * 0.08) / 730;
    expect(fleetAmounts(plan, [task]).hourlyMicroUsd / 1e6).toBeCloseTo(2 * (2 + diskUsd), 5);
    const type = instanceTypeByName('m5.2xlarge')!;
    const listed = type.onDemandUsdPerHour + emrFee(type).usdPerHour;
    expect(fleetAmounts({ ebsGib: 0 }, [flown.fleets[2]!]).hourlyMicroUsd / 1e6).toBeCloseTo(
      7 * (listed + diskUsd),
      5,
    );
  });

  it('bounds growth by those prices, too', () => {
    const tight = { ...flown, bounds: { ...flown.bounds, limitUsd: 6 } };
    const dear = { ...tight, nodeUsdPerHour: { 'm5.2xlarge': 3 } };
    const roomOf = (plan: typeof flown) => growthRoom(plan, viewAt(20), 3600).nodes;
    expect(roomOf(tight)).toBeGreaterThan(roomOf(dear) * 4);
  });
});
