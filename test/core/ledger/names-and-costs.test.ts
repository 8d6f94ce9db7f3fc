import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateCost } from '../../../core/ledger/estimate-cost.ts';
import { onDemandCost } from '../../../core/ledger/on-demand-cost.ts';
import { clusterNameOf, executionNameOf, runHashOf, runKeyOf } from '../../../core/ledger/run-key.ts';
import { at, instance, market, planForecast, run, SCHEDULED_AT } from './run-fixtures.ts';

describe('names of a run', () => {
  it('are the same however the instant is written', () => {
    expect(runKeyOf('orders', '2026-01-05T02:00:00Z')).toBe('orders@2026-01-05T02:00:00.000Z');
    expect(runKeyOf('orders', SCHEDULED_AT)).toBe('orders@2026-01-05T02:00:00.000Z');
    expect(runHashOf(run.runKey)).toMatch(/^[0-9a-f]{12}$/);
    expect(clusterNameOf(run)).toBe(`flarepath-orders-${run.runHash}-1`);
  });

  it('keep to what Step Functions allows and stay apart', () => {
    const job = fc.stringMatching(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/);
    const time = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(job, time, time, (name, one, other) => {
        const first = executionNameOf(runKeyOf(name, one.toISOString()));
        expect(first).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
        const second = executionNameOf(runKeyOf(name, other.toISOString()));
        expect(first === second).toBe(one.getTime() === other.getTime());
      }),
    );
    expect(executionNameOf('orders-a@x')).not.toBe(executionNameOf('orders@a-x'));
  });
});

describe('the cost estimate', () => {
  const request = { market, ebsGibPerNode: 64, until: at(120) };

  it('adds compute, the EMR fee and disks by the second', () => {
    const hour = instance({ startedAt: at(0), endedAt: at(60) });
    const { computeUsd, emrFeeUsd, storageUsd, totalUsd, notes } = estimateCost({
      ...request,
      instances: [hour],
    });
    expect(computeUsd).toBeCloseTo(0.384, 6);
    expect(emrFeeUsd).toBeCloseTo(0.096, 6);
    expect(storageUsd).toBeCloseTo((79 * 0.08) / 730, 6);
    expect(totalUsd).toBeCloseTo(computeUsd + emrFeeUsd + storageUsd, 9);
    expect(notes).toEqual([]);
  });

  it('charges a minute at least, and spot at its price with the whole EMR fee', () => {
    const short = estimateCost({
      ...request,
      instances: [instance({ startedAt: at(0), endedAt: at(0.2), market: 'spot' })],
    });
    expect(short.computeUsd).toBeCloseTo(0.15 / 60, 9);
    expect(short.emrFeeUsd).toBeCloseTo(0.096 / 60, 9);
    expect(short.spotInstanceHours).toBeCloseTo(1 / 60, 9);
    expect(
      estimateCost({ ...request, instances: [instance({ startedAt: at(5), endedAt: at(5) })] }).totalUsd,
    ).toBe(0);
  });

  it('counts what still runs until now', () => {
    const open = estimateCost({ ...request, instances: [instance({ startedAt: at(0), endedAt: null })] });
    expect(open.computeUsd).toBeCloseTo(2 * 0.384, 6);
  });

  it('says what it had to assume', () => {
    const elsewhere = instance({ zone: 'us-east-1f' });
    const unknown = instance({ instanceType: 'x99.mega' });
    const noSpot = instance({ instanceType: 'c5.2xlarge', zone: 'us-east-1b', market: 'spot' });
    const { notes } = estimateCost({ ...request, instances: [elsewhere, unknown, noSpot] });
    expect(notes.join(' ')).toMatch(/us-east-1f: taken from us-east-1a/);
    expect(notes.join(' ')).toMatch(/x99\.mega: its hours are left out/);
    expect(notes.join(' ')).toMatch(/c5\.2xlarge.*on-demand price taken/);
  });

  it('is additive: two clusters cost what each costs', () => {
    const anyInstance = fc
      .record({
        instanceType: fc.constantFrom('m5.xlarge', 'm5.2xlarge', 'c5.2xlarge', 'x99.mega'),
        zone: fc.constantFrom('us-east-1a', 'us-east-1b'),
        role: fc.constantFrom('primary', 'core', 'task'),
        market: fc.constantFrom('spot', 'on-demand'),
        startMinutes: fc.integer({ min: 0, max: 100 }),
        minutes: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
      })
      .map(({ startMinutes, minutes, ...rest }) =>
        instance({
          ...rest,
          startedAt: at(startMinutes),
          endedAt: minutes === null ? null : at(startMinutes + minutes),
        }),
      );
    const cluster = fc.array(anyInstance, { maxLength: 8 });
    fc.assert(
      fc.property(cluster, cluster, (one, other) => {
        const cost = (instances: typeof one): number => estimateCost({ ...request, instances }).totalUsd;
        expect(cost([...one, ...other])).toBeCloseTo(cost(one) + cost(other), 9);
        expect(cost(one)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the on-demand cost', () => {
  it('is the forecast of the baseline fleet, brought to the load there was', () => {
    const request = {
      baseline: { ...planForecast, startupSeconds: 400 },
      plannedInputBytes: 100,
      actualInputBytes: 200,
    };
    expect(onDemandCost({ ...request, actualInputBytes: 100 })).toBeCloseTo(4, 9);
    expect(onDemandCost(request)).toBeCloseTo((4 * (400 + 7200)) / 4000, 9);
    expect(onDemandCost({ ...request, baselineSecondsFor: () => 50 })).toBeCloseTo(4, 9);
    expect(onDemandCost({ ...request, actualInputBytes: null })).toBe(4);
    expect(onDemandCost({ ...request, baseline: null })).toBeNull();
  });
});
