import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorBudget } from '../../../core/ledger/error-budget.ts';
import { riskStance } from '../../../core/ledger/risk-stance.ts';

const now = '2026-01-29T00:00:00.000Z';
const slo = { target: 0.95, windowDays: 28 };

/** A run a night, the first of them missed. */
function nights(runs: number, missed: number) {
  return Array.from({ length: runs }, (_, i) => ({
    runKey: `orders@${i}`,
    scheduledAt: new Date(Date.parse(now) - (i + 1) * 86_400_000).toISOString(),
    attempt: 1,
    outcome: i < missed ? ('late' as const) : ('succeeded' as const),
  }));
}
const stanceAfter = (runs: number, missed: number) => riskStance(errorBudget(nights(runs, missed), slo, now));

describe('the risk that a job takes', () => {
  test('is as its SLO has it before there are runs, and after as many misses as are allowed', () => {
    expect(stanceAfter(0, 0)).toMatchObject({ allowedLate: 1 - 0.95, remainingShare: null });
    expect(stanceAfter(20, 1).allowedLate).toBeCloseTo(0.05);
    expect(stanceAfter(20, 1).reason).toMatch(
      /as the SLO has it \(5 %\); 0(\.0)? % of the error budget is left/,
    );
  });

  test('is less once the budget is burnt, and says so', () => {
    const burnt = stanceAfter(20, 3);
    expect(burnt.allowedLate).toBeCloseTo(0.025);
    expect(burnt.reason).toMatch(
      /0(\.0)? % of the error budget is left \(3 missed, 1.0 allowed\), so it flies safer/,
    );
  });

  test('is more with a surplus, within bounds', () => {
    const surplus = stanceAfter(28, 0);
    expect(surplus.allowedLate).toBeCloseTo(0.075);
    expect(surplus.reason).toMatch(/it may take more risk: 8 % instead of 5 % may be late/);
  });

  test('never grows with a miss more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 27 }), (runs, missed) => {
        fc.pre(missed < runs);
        const before = stanceAfter(runs, missed).allowedLate;
        const after = stanceAfter(runs, missed + 1).allowedLate;
        expect(after).toBeLessThanOrEqual(before);
        expect(after).toBeGreaterThanOrEqual(0.25 * 0.05 - 1e-9);
      }),
    );
  });
});
