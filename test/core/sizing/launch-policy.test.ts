import { describe, expect, it } from 'vitest';
import { launchPolicy } from '../../../core/sizing/launch-policy.ts';

const budget = { perRun: { targetUsd: 10, limitUsd: 30 }, monthlyLimitUsd: 100 };

const cost = (costUsd: number) => ({ costUsd, costHighUsd: costUsd * 1.25 });

describe('whether a plan may fly by itself', () => {
  it('flies within its target, and above it too: the limit is the sizer’s', () => {
    expect(launchPolicy({ autonomy: 'auto', budget }, cost(8), 0).launch).toBe('fly');
    const above = launchPolicy({ autonomy: 'auto', budget }, cost(12), 0);
    expect(above.launch).toBe('fly');
    expect(above.reason).toContain('Above its target');
  });

  it('asks when the month could go over its limit', () => {
    expect(launchPolicy({ autonomy: 'auto', budget }, cost(8), 91).launch).toBe('ask');
    expect(launchPolicy({ autonomy: 'auto', budget }, cost(8), 95).launch).toBe('ask');
    expect(launchPolicy({ autonomy: 'auto', budget }, cost(8), 89).launch).toBe('fly');
  });

  it('asks always, or never flies, when the job wants it so', () => {
    expect(launchPolicy({ autonomy: 'approve', budget }, cost(1), 0).launch).toBe('ask');
    expect(launchPolicy({ autonomy: 'advise', budget }, cost(1), 0).launch).toBe('advise');
  });

  it('tells people of the month when it asks them anyway', () => {
    expect(launchPolicy({ autonomy: 'approve', budget }, cost(8), 99).reason).toContain('month could cost');
  });
});
