import { describe, expect, test } from 'vitest';
import { landingAtLeaseEnd, leaseEnd, leaseUntil } from '../../../core/control/lease-end.ts';
import { lognormalQuantiles } from '../../../core/numerics/lognormal-quantiles.ts';

const LAUNCH = '2026-01-05T02:00:00.000Z';
const after = (hours: number) => new Date(Date.parse(LAUNCH) + hours * 3_600_000).toISOString();
const endOf = (hoursPredicted: number, hoursToDeadline: number) => {
  const plan = {
    deadlineAt: after(hoursToDeadline),
    forecast: { runtimeSeconds: lognormalQuantiles(hoursPredicted * 3600, 1e-9) },
  };
  return (Date.parse(leaseEnd(LAUNCH, plan)) - Date.parse(LAUNCH)) / 3_600_000;
};

describe('a lease ends for good', () => {
  test.each([
    ['a short run: four hours after an hour to start', 0.2, 1, 5],
    ['a long run: four times what was predicted', 3, 5, 13],
    ['a run with time: an hour after its deadline', 1, 20, 22],
    ['a run that is late already', 0.5, -10, 5],
    ['whatever was planned: after seven days', 100, 300, 168],
  ])('%s', (_, predicted, toDeadline, hours) => {
    expect(endOf(predicted, toDeadline)).toBeCloseTo(hours, 3);
  });

  test('however often it is renewed', () => {
    expect(leaseUntil(after(1), after(5))).toBe(after(1.5));
    for (const hours of [4.5, 4.9, 5, 30]) expect(leaseUntil(after(hours), after(5))).toBe(after(5));
  });

  test('and the pilot lands shortly before, so that another attempt may follow', () => {
    const lease = { requestedAt: LAUNCH, endsAt: after(5) };
    const landing = (hours: number, attempt: number) =>
      landingAtLeaseEnd(lease, after(hours), { look: 9, attempt, maxAttempts: 2 });
    expect(landing(4.8, 1)).toBeNull();
    expect(landing(4.9, 1)).toMatchObject({
      outcome: 'failed',
      retryable: true,
      reason: 'Given up after 4 h 54 min: its lease ends for good at 2026-01-05 07:00 UTC.',
    });
    expect(landing(4.9, 2)).toMatchObject({ retryable: false });
  });
});
