/** Plans keep to the memory that past runs wanted, and say how full it will be. */
import { describe, expect, it } from 'vitest';
import type { RunFailure } from '../../../core/contracts/failure.ts';
import { constraintsOf } from '../../../core/failure-policy/constraints-of.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { valueAt } from '../../../core/numerics/quantiles.ts';
import { fitRuntimeModel } from '../../../core/runtime-model/runtime-model.ts';
import { cautiousWantedMibPerCore } from '../../../core/sizing/memory-fit.ts';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { plan as flown } from '../ledger/run-fixtures.ts';
import { forecastOf, jobOf, marketOf, requestOf } from './cases.ts';

const GIB = 1024 ** 3;
/** Runs of a job whose tasks hold so many MiB a core at 100 GiB, and in proportion to the load. */
function modelWanting(mibPerCore: number) {
  const runs = [16, 32, 64].flatMap((cores, c) =>
    [50, 100, 200].map((gib, i) => ({
      at: null,
      inputBytes: gib * GIB,
      cores,
      nodes: cores / 8,
      memoryMib: (cores / 8) * 16_384,
      coreSpeed: instanceTypeByName('c5.2xlarge')?.coreSpeed ?? 1,
      runtimeSeconds: (90 + (40 * gib) / cores) * (1 + 0.03 * ((c + i) % 2)),
      weight: 1,
      utilisation: 0.72 + 0.02 * ((2 * c + i) % 4),
      peakMemoryMibPerCore: ((mibPerCore * gib) / 100) * (1 + 0.02 * ((c + 2 * i) % 3)),
    })),
  );
  return fitRuntimeModel({ task: 'etl', runs, baseline: null });
}
const market = marketOf(['m5', 'c5', 'r5']);
const planOf = (mibPerCore: number, families: readonly string[] = []) =>
  planFleet(
    requestOf({
      model: modelWanting(mibPerCore),
      market,
      forecast: forecastOf(100),
      job: jobOf({ capacity: { ...jobOf().capacity, families: [...families] } }),
    }),
  );
const familiesOf = (plan: ReturnType<typeof planOf>) =>
  new Set(
    plan.fleets
      .filter(({ role }) => role !== 'primary')
      .flatMap(({ instanceTypes }) => instanceTypes.map(({ name }) => name.split('.')[0])),
  );

describe('the memory of a plan', () => {
  it('is told beside what its tasks want', () => {
    const { forecast, reasons } = planOf(700);
    const peak = forecast.peakMemoryMibPerCore ?? [];
    expect(valueAt(peak, 0.5)).toBeGreaterThan(600);
    expect(valueAt(peak, 0.5)).toBeLessThan(800);
    expect(valueAt(peak, 0.95)).toBeGreaterThan(valueAt(peak, 0.5));
    expect(forecast.memoryRoomMibPerCore).toBeGreaterThan(300);
    expect(reasons.join(' ')).toMatch(/Memory: at their peak a core's tasks want 7\d\d MiB \(up to/);
  });

  it('is not told before a run did', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: [], baseline: null });
    const { forecast, reasons } = planFleet(requestOf({ model, whenLate: 'least-late' }));
    expect(forecast.peakMemoryMibPerCore).toBeUndefined();
    expect(forecast.spillProbability).toBeUndefined();
    expect(reasons.join(' ')).not.toMatch(/Memory/);
  });

  it('is at least half of what they want: types with less are left out, and that is said', () => {
    expect(familiesOf(planOf(200)).has('c5')).toBe(true);
    const large = planOf(2000);
    expect(familiesOf(large).has('c5')).toBe(false);
    expect(large.reasons.join(' ')).toMatch(/Memory: in 19 of 20 runs .* less than half of it are left out/);
    expect(2 * (large.forecast.memoryRoomMibPerCore ?? 0)).toBeGreaterThanOrEqual(2000);
  });

  it('comes from fewer executors a node where the job may have no other type', () => {
    const large = planOf(2000, ['c5']);
    expect(familiesOf(large)).toEqual(new Set(['c5']));
    expect(2 * (large.forecast.memoryRoomMibPerCore ?? 0)).toBeGreaterThanOrEqual(2000);
    expect(large.reasons.join(' ')).toMatch(/so nodes hold fewer executors/);
    // more than any node has: what there is, and no refusal
    expect(planOf(900_000, ['c5']).forecast.spillProbability).toBe(1);
  });

  it('is a wish: where it leaves no fleet within the limit, what does not fit goes to disk', () => {
    const poor = (mibPerCore: number) =>
      planFleet(
        requestOf({
          model: modelWanting(mibPerCore),
          market,
          forecast: forecastOf(100),
          whenLate: 'least-late',
          job: jobOf({ budget: { perRun: { targetUsd: 0.3, limitUsd: 0.3 } } }),
        }),
      );
    expect(poor(2500).reasons.join(' ')).toMatch(/no fleet within the limits has the room/);
    expect(poor(200).reasons.join(' ')).not.toMatch(/no fleet within the limits/);
  });

  it('is a wish after a failure, too, beyond twice what ran out', () => {
    const failure: RunFailure = {
      rule: 'executor-out-of-memory',
      evidence: [],
      remedy: 'more-executor-memory',
    };
    const after = (wantedMib: number) =>
      planFleet(
        requestOf({
          market,
          attempt: 2,
          whenLate: 'least-late',
          constraints: constraintsOf([{ record: { attempt: 1, failure }, plan: flown }], wantedMib),
        }),
      );
    for (const wantedMib of [200_000, 800_000]) {
      const { executor, reasons } = after(wantedMib);
      expect(executor.memoryMib / executor.cores).toBeGreaterThanOrEqual(5000);
      expect(reasons.join(' ')).toMatch(/no fleet within the limits has the room/);
    }
  });

  it('is raised to what runs wanted, where twice the memory that ran out is still less', () => {
    const failure: RunFailure = { rule: 'unknown', evidence: [], remedy: 'more-executor-memory' };
    const after = (mibPerCore: number) =>
      constraintsOf(
        [{ record: { attempt: 1, failure }, plan: flown }],
        cautiousWantedMibPerCore(modelWanting(mibPerCore), forecastOf(100)),
      ).layout.executorMemoryMibPerCore;
    expect(after(200)).toBe(5000);
    // 6000 MiB of data need a heap of at least 10,000
    expect(after(6000)).toBeGreaterThan(10_000);
  });
});

describe('the utilisation of a plan', () => {
  it('is a distribution as wide as runs differed, around what is expected', () => {
    const { utilisation, utilisationQuantiles = [] } = planOf(200).forecast;
    const [low, middle, high] = [0.05, 0.5, 0.95].map((level) => valueAt(utilisationQuantiles, level));
    expect(Math.abs((middle ?? 0) - utilisation)).toBeLessThan(0.05);
    expect(low).toBeLessThan(middle ?? 0);
    expect(high).toBeGreaterThan(middle ?? 1);
    const unknown = planFleet(
      requestOf({
        model: fitRuntimeModel({ task: 'etl', runs: [], baseline: null }),
        whenLate: 'least-late',
      }),
    ).forecast.utilisationQuantiles;
    const widthUnknown = valueAt(unknown ?? [], 0.95) - valueAt(unknown ?? [], 0.05);
    expect((high ?? 1) - (low ?? 0)).toBeLessThan(widthUnknown);
  });
});
