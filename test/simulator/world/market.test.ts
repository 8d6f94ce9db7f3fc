import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKernel } from '../../../simulator/kernel/index.ts';
import { MarketParameters } from '../../../simulator/world/market/market-parameters.ts';
import { SpotMarket } from '../../../simulator/world/market/market.ts';

const START_MS = Date.parse('2026-01-05T00:00:00Z');
const DAY_MS = 86_400_000;

function market(seed: string, parameters: object = {}) {
  const kernel = createKernel({ seed, startAtMs: START_MS });
  return new SpotMarket(kernel, MarketParameters.parse(parameters), ['us-east-1a', 'us-east-1b'], START_MS);
}

describe('spot prices', () => {
  test('change a few times a day for ninety days back, and stay below on-demand', () => {
    const changes = market('s').priceChanges('m5.2xlarge', 'us-east-1a', START_MS - 90 * DAY_MS, START_MS);
    expect(changes.length / 90).toBeGreaterThan(3);
    expect(changes.length / 90).toBeLessThan(5);
    expect(Math.max(...changes.map((change) => change.usdPerHour))).toBeLessThan(0.384);
    expect(Math.min(...changes.map((change) => change.usdPerHour))).toBeGreaterThan(0);
  });

  test('are what the history says at every moment', () => {
    const m = market('s');
    fc.assert(
      fc.property(fc.integer({ min: -90 * DAY_MS, max: 14 * DAY_MS }), (offset) => {
        const at = START_MS + offset;
        const [first] = m.priceChanges('r5.xlarge', 'us-east-1b', at, at);
        return first?.usdPerHour === m.spotUsdPerHour('r5.xlarge', 'us-east-1b', at);
      }),
    );
  });

  test('do not depend on who asks for what first', () => {
    const [a, b] = [market('s'), market('s')];
    a.spotUsdPerHour('c5.xlarge', 'us-east-1a', START_MS + 9 * DAY_MS);
    a.nextReclaim('m5.2xlarge', 'us-east-1a', START_MS, START_MS + 5 * DAY_MS);
    const at = START_MS + 3 * DAY_MS;
    expect(a.spotUsdPerHour('m5.2xlarge', 'us-east-1a', at)).toBe(
      b.spotUsdPerHour('m5.2xlarge', 'us-east-1a', at),
    );
    expect(market('t').spotUsdPerHour('m5.2xlarge', 'us-east-1a', at)).not.toBe(
      b.spotUsdPerHour('m5.2xlarge', 'us-east-1a', at),
    );
  });
});

describe('capacity', () => {
  test('a pool gives nothing for a while after it was reclaimed', () => {
    const m = market('s', { reclaims: { eventsPerHour: 0.5 } });
    const event = m.nextReclaim('m5.2xlarge', 'us-east-1a', START_MS, START_MS + 10 * DAY_MS);
    expect(event).not.toBeNull();
    const at = event?.atMs ?? 0;
    expect(m.capacityVcpus('m5.2xlarge', 'us-east-1a', 'spot', at + 60_000)).toBe(0);
    expect(m.capacityVcpus('m5.2xlarge', 'us-east-1a', 'on-demand', at + 60_000)).toBeGreaterThan(0);
  });

  test('tight pools are reclaimed more often', () => {
    const events = (meanTightness: number, tightFactor: number) => {
      const m = market('s', { capacity: { meanTightness }, reclaims: { eventsPerHour: 0.05, tightFactor } });
      let count = 0;
      for (
        let at = START_MS, next;
        (next = m.nextReclaim('m5.xlarge', 'us-east-1a', at, START_MS + 60 * DAY_MS));
        count += 1
      )
        at = next.atMs;
      return count;
    };
    expect(events(0.5, 20)).toBeGreaterThan(events(0.5, 1));
  });
});
