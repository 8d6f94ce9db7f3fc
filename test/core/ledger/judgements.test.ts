import { describe, expect, it } from 'vitest';
import { isPublishable } from '../../../core/ledger/is-publishable.ts';
import { monthCostUsd, monthOf } from '../../../core/ledger/month-cost.ts';
import { runKeyOf } from '../../../core/ledger/run-key.ts';
import { whyLeaked } from '../../../core/ledger/why-leaked.ts';
import { at, record } from './run-fixtures.ts';

describe("a job's month", () => {
  it('sums every attempt of its runs, and no other month', () => {
    const records = [
      ...Array.from({ length: 1000 }, () => record({ costUsd: 0.5 })),
      record({ costUsd: null }),
      record({ outcome: 'failed', costUsd: 2 }),
      record({ scheduledAt: '2025-12-31T23:59:59.000Z', costUsd: 100 }),
    ];
    expect(monthCostUsd(records, monthOf(at(0)))).toBe(502);
  });
});

describe('output', () => {
  const step = { name: 's', spark: {}, arguments: ['--output', '{{ attempt.output }}'] };
  const job = { steps: [step] };

  it.each([
    ['of a run in time', record(), true],
    ['of a late run', record({ outcome: 'late' }), true],
    ['of a failed run', record({ outcome: 'failed' }), false],
    ['that is not there', record({ outputPresent: false }), false],
    ['that nobody looked for', record({ outputPresent: null }), false],
  ])('%s may be published: %#', (_, made, publishable) => {
    expect(isPublishable(made, job)).toBe(publishable);
  });

  it('beside the prefix of its attempt is not published', () => {
    expect(isPublishable(record(), { steps: [{ ...step, arguments: ['s3://results/'] }] })).toBe(false);
  });
});

describe('a cluster', () => {
  const lease = { clusterId: 'j-1', leaseUntil: at(30), releasedAt: null };

  const listed = (clusterId: string, state = 'RUNNING') => ({ clusterId, state, createdAt: at(0) });

  it('under a live lease is no leak', () => {
    expect(whyLeaked(lease, listed('j-1'), at(20))).toBeNull();
    expect(whyLeaked({ ...lease, clusterId: null }, listed('j-1'), at(20))).toBeNull();
  });

  it('on its way down is left to whoever sent it there, for three quarters of an hour', () => {
    const over = { ...lease, releasedAt: at(10) };
    expect(whyLeaked(over, listed('j-1', 'TERMINATING'), at(50))).toMatchObject({ lookedAfter: true });
    const stuck = whyLeaked(over, listed('j-1', 'TERMINATING'), at(56));
    expect(stuck).toMatchObject({ counts: false, lookedAfter: false });
  });

  it('let go of a moment ago is terminated, and no money leaked', () => {
    expect(whyLeaked({ ...lease, releasedAt: at(18) }, listed('j-1'), at(20))).toMatchObject({
      counts: false,
    });
  });

  it.each([
    ['without a lease', undefined, 'j-1', 'no lease', 0],
    ['of an attempt that is over', { ...lease, releasedAt: at(10) }, 'j-1', `released ${at(10)}`, 10],
    ['whose lease has ended', { ...lease, leaseUntil: at(10) }, 'j-1', `lease ended ${at(10)}`, 10],
    ['launched twice', lease, 'j-2', 'surplus beside j-1', 0],
  ])('%s is a leak', (_, found, clusterId, reason, since) => {
    const leak = { reason, since: at(since), counts: true, lookedAfter: false };
    expect(whyLeaked(found, listed(clusterId), at(20))).toEqual(leak);
  });
});

describe('the key of a run', () => {
  it('of a start that names no instant is what the start says', () => {
    expect(runKeyOf('orders', 'tomorrow')).toBe('orders@tomorrow');
  });
});
