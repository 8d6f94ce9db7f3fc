import { describe, expect, it } from 'vitest';
import type { ClusterView } from '../../../core/contracts/cluster.ts';
import { assessLeak, type LeakEvidence } from '../../../core/ledger/leak.ts';
import { composeLeakMessage } from '../../../core/report/leak-message.ts';

const START = '2026-01-05T02:00:00.000Z';
const at = (minutes: number) => new Date(Date.parse(START) + minutes * 60_000).toISOString();
const FOUND = {
  clusterId: 'j-1ABC',
  clusterName: 'flarepath-orders-0123456789ab-1',
  runKey: 'orders@2026-01-05T02:00:00.000Z',
  reason: `lease ended ${at(60)}`,
  leakedSince: at(60),
  leaseEndsAt: at(300),
};
type Step = ClusterView['steps'][number];
const step = (state: Step['state'], endedAt: string | null = null): Step => ({
  ...{ stepId: 's-1', name: 'etl', state, startedAt: at(10), endedAt, failureReason: null },
});

/** Three nodes at 0.24 USD an hour, EMR's fee included, one of which has gone at minute 30; no disks. */
function evidence(steps: Step[], known = true): LeakEvidence {
  const instanceType = 'm5.xlarge';
  const instance = { instanceType, zone: 'us-east-1a', role: 'primary', reclaimed: false } as const;
  const node = { ...instance, market: 'on-demand', startedAt: at(0), endedAt: null } as const;
  const pool = {
    zone: 'us-east-1a',
    onDemandUsdPerHour: 0.192,
    spotUsdPerHour: null,
    emrFeeUsdPerHour: 0.048,
  };
  return {
    view: { createdAt: at(0), readyAt: at(8), steps },
    instances: [node, node, { ...node, endedAt: at(30) }],
    plan: { ebsGib: 0 },
    market: {
      pools: (known
        ? [{ ...pool, instanceType: { name: instanceType }, emrFeeEstimated: false }]
        : []) as never,
    },
  };
}

describe('a cluster that no run owns', () => {
  it('is priced as what runs, EMR’s fee included, from when its lease ended', () => {
    const leak = assessLeak(FOUND, evidence([step('RUNNING')]), at(75));
    expect(leak.runningInstances).toBe(2);
    // besides, each has its root volume
    expect(leak.usdPerHour).toBeCloseTo(0.48, 1);
    expect(leak.leakedUsd).toBeCloseTo((leak.usdPerHour ?? 0) / 4, 6);
  });

  it.each([
    ['idle since its step ended: until EMR ends it', [step('COMPLETED', at(60))], at(75), at(90)],
    ['that never ran a step: half an hour after it was ready', [step('PENDING')], at(20), at(38)],
    ['with a step that runs: until the hard end of its lease', [step('RUNNING')], at(75), at(330)],
    ['with a step that runs past that: a day', [step('RUNNING')], at(310), at(310 + 24 * 60)],
  ])('%s', (_, steps, now, until) => {
    const leak = assessLeak(FOUND, evidence(steps), now);
    expect(leak.wouldHaveEndedAt).toBe(until);
    const hours = (Date.parse(until) - Date.parse(now)) / 3_600_000;
    expect(leak.avertedUsd).toBeCloseTo((leak.usdPerHour ?? 0) * hours, 6);
  });

  it('of unknown prices says that they are unknown, and why', () => {
    const leak = assessLeak(FOUND, 'Nothing says which prices its plan was made with.', at(75));
    expect(leak).toMatchObject({ usdPerHour: null, leakedUsd: null, avertedUsd: null });
    const { text } = composeLeakMessage(leak);
    expect(text).toMatch(/Costs: +unknown/);
    expect(text).toContain('- Nothing says which prices its plan was made with.');
  });

  it('whose instance types no survey knows is of unknown price, too', () => {
    const leak = assessLeak(FOUND, evidence([step('RUNNING')], false), at(75));
    expect(leak).toMatchObject({ usdPerHour: null, notes: ['No price is known of any of its instances.'] });
  });

  it('is told of at 80 columns, with what was averted and the assumption behind it', () => {
    const leak = assessLeak(FOUND, evidence([step('RUNNING')]), at(75));
    const { subject, text } = composeLeakMessage(leak);
    expect(subject).toBe('Flarepath: cluster j-1ABC ran without a run');
    expect(text).toContain('for 15 min. It is being');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Its step runs until the hard end of its lease; then EMR ends it',
    );
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
