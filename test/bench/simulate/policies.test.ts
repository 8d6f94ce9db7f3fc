import { describe, expect, test } from 'vitest';
import { foreseeMarket } from '../../../bench/simulate/clairvoyant/foresee-market.ts';
import { withManagedScaling } from '../../../bench/simulate/policies/launch-managed.ts';
import type { Market } from '../../../core/contracts/market.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { createKernel } from '../../../simulator/kernel/index.ts';
import { SpotMarket } from '../../../simulator/world/market/market.ts';
import { MarketParameters } from '../../../simulator/world/market/market-parameters.ts';

const NOW_MS = Date.parse('2026-01-05T00:00:00Z');
const HOUR_MS = 3_600_000;
const ZONE = 'us-east-1a';

function marketOf(names: readonly string[]): Market {
  return {
    region: 'us-east-1',
    surveyedAt: '2026-01-05T00:00:00.000Z',
    source: 'live',
    newestPriceAt: null,
    vcpuQuotaOnDemand: null,
    vcpuQuotaSpot: null,
    notes: [],
    pools: names.map((name) => ({
      instanceType: instanceTypeByName(name)!,
      zone: ZONE,
      onDemandUsdPerHour: 0.4,
      spotUsdPerHour: 0.1,
      spotHighUsdPerHour: 0.2,
      emrFeeUsdPerHour: 0.1,
      emrFeeEstimated: false,
      reclaimsPerHour: 0.02,
    })),
  };
}

describe('the clairvoyant', () => {
  test('sells no spot in a pool that will be reclaimed before the deadline, and prices the others as they will be', () => {
    const names = ['m5.2xlarge', 'm5a.2xlarge', 'm6i.2xlarge', 'r5.2xlarge', 'c5.2xlarge', 'm4.2xlarge'];
    const kernel = createKernel({ seed: 'fate', startAtMs: NOW_MS });
    const parameters = MarketParameters.parse({ reclaims: { eventsPerHour: 0.05 } });
    const truth = new SpotMarket(kernel, parameters, [ZONE], NOW_MS);
    const untilMs = NOW_MS + 8 * HOUR_MS;
    const { pools } = foreseeMarket(marketOf(names), truth, NOW_MS, untilMs);
    const reclaimed = pools.filter(
      ({ instanceType }) => truth.nextReclaim(instanceType.name, ZONE, NOW_MS, untilMs) !== null,
    );
    const sold = pools.filter(({ spotUsdPerHour }) => spotUsdPerHour !== null);
    expect(reclaimed.length).toBeGreaterThan(0);
    expect(sold.length).toBeGreaterThan(0);
    expect(reclaimed.every(({ spotUsdPerHour }) => spotUsdPerHour === null)).toBe(true);
    for (const { instanceType, spotUsdPerHour, reclaimsPerHour } of sold) {
      const prices = truth
        .priceChanges(instanceType.name, ZONE, NOW_MS, untilMs)
        .map((each) => each.usdPerHour);
      expect(spotUsdPerHour).toBeGreaterThanOrEqual(Math.min(...prices) - 1e-9);
      expect(spotUsdPerHour).toBeLessThanOrEqual(Math.max(...prices) + 1e-9);
      expect(reclaimsPerHour).toBe(0);
    }
  });
});

class RunJobFlowCommand {
  input = {
    Name: 'a-cluster',
    Instances: {
      InstanceFleets: [
        { InstanceFleetType: 'MASTER', TargetOnDemandCapacity: 1 },
        { InstanceFleetType: 'CORE', TargetOnDemandCapacity: 64 },
        { InstanceFleetType: 'TASK', TargetSpotCapacity: 176 },
      ],
    },
  };
}

describe('managed scaling as a policy', () => {
  test('launches within limits: the core fleet at least, a quarter more than it begins with at most', async () => {
    const sent: object[] = [];
    const send = withManagedScaling(() => (command) => Promise.resolve(sent.push(command)))({});
    await send(new RunJobFlowCommand());
    expect(sent).toMatchObject([
      {
        input: {
          Name: 'a-cluster',
          ManagedScalingPolicy: {
            ComputeLimits: {
              UnitType: 'InstanceFleetUnits',
              MinimumCapacityUnits: 64,
              MaximumCapacityUnits: 300,
              MaximumOnDemandCapacityUnits: 64,
              MaximumCoreCapacityUnits: 64,
            },
          },
        },
      },
    ]);
  });
});
