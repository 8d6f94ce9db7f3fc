import { describe, expect, it } from 'vitest';
import { launchPolicy } from '../../../core/sizing/launch-policy.ts';

const budget = { perRun: { targetUsd: 10, limitUsd: 30 }, monthlyLimitUsd: 100 };

describe('whether a plan may fly by itself', () => {
  it('flies within its target, and above it too: the limit is the sizer’s', () => {
    expect(launchPolicy({ autonomy: 'auto', budget }, 8, 0)).toMatchObject({
      needsApproval: false,
      adviseOnly: false,
    });
    const above = launchPolicy({ autonomy: 'auto', budget }, 12, 0);
    expect(above.needsApproval).toBe(false);
    expect(above.reason).toContain('Above its target');
  });

  it('asks when the month would go over its limit', () => {
    expect(launchPolicy({ autonomy: 'auto', budget }, 8, 95).needsApproval).toBe(true);
    expect(launchPolicy({ autonomy: 'auto', budget }, 8, 92).needsApproval).toBe(false);
  });

  it('asks always, or never flies, when the job wants it so', () => {
    expect(launchPolicy({ autonomy: 'approve', budget }, 1, 0).needsApproval).toBe(true);
    expect(launchPolicy({ autonomy: 'advise', budget }, 1, 0)).toMatchObject({
      adviseOnly: true,
      needsApproval: false,
    });
  });
});
