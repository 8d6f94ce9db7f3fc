import { describe, expect, test } from 'vitest';
import { NoFeasiblePlanError, planFleet, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { jobOf, marketOf, minutesFromNow, modelOf, requestOf } from './cases.ts';

const model = modelOf(800);
const limitedTo = (limitUsd: number) => jobOf({ budget: { perRun: { targetUsd: 0, limitUsd } } });
const refusalOf = (over: Partial<SizingRequest>): NoFeasiblePlanError => {
  try {
    planFleet(requestOf({ model, ...over }));
  } catch (error) {
    if (error instanceof NoFeasiblePlanError) return error;
    throw error;
  }
  throw new Error('a plan was made');
};

describe('a run that no fleet can satisfy', () => {
  test.each(['refuse', 'least-late'] as const)('with a deadline in the past is refused (%s)', (whenLate) => {
    const error = refusalOf({ deadlineAt: minutesFromNow(-5), whenLate });
    expect(error).toMatchObject({ binding: 'deadline', retryable: false });
    expect(error.message).toMatch(/lies 5 min before now/);
  });

  test.each(['refuse', 'least-late'] as const)(
    'with a limit that pays for nothing is refused with the least limit (%s)',
    (whenLate) => {
      const error = refusalOf({ job: limitedTo(0.05), whenLate });
      expect(error.binding).toBe('budget');
      const least = Number(/limitUsd of at least ([\d.]+) USD/.exec(error.message)?.[1]);
      expect(least).toBeGreaterThan(0.05);
      // the cheapest fleet is on time here, and late when little time is left
      expect(error.message).not.toMatch(/more to be on time/);
      const hurried = refusalOf({ job: limitedTo(0.05), whenLate, deadlineAt: minutesFromNow(12) });
      expect(hurried.message).toMatch(/limitUsd of at least [\d.]+ USD, and more to be on time/);
      expect(
        planFleet(requestOf({ model, job: limitedTo(least * 1.02), whenLate: 'least-late' })).forecast
          .costHighUsd,
      ).toBeLessThanOrEqual(least * 1.02);
    },
  );

  test('with too little time says how much later, how much dearer, how many more nodes would do', () => {
    const job = jobOf({ capacity: { ...jobOf().capacity, maxNodes: 3, families: ['m5'] } });
    const request = { job, model: modelOf(4000), market: marketOf(['m5']), deadlineAt: minutesFromNow(25) };
    const error = refusalOf(request);
    expect(error.binding).toBe('deadline');
    const minutes = Number(/a deadline (\d+) min later/.exec(error.message)?.[1]);
    expect(minutes).toBeGreaterThan(0);
    const later = planFleet(
      requestOf({ ...request, deadlineAt: minutesFromNow(25 + Math.ceil(minutes * 1.1)) }),
    );
    expect(later.meetsSlo).toBe(true);
  });

  test('flies least late in production, within the limit, and says so', () => {
    const job = jobOf({ capacity: { ...jobOf().capacity, maxNodes: 3, families: ['m5'] } });
    const plan = planFleet(
      requestOf({
        job,
        model: modelOf(4000),
        market: marketOf(['m5']),
        deadlineAt: minutesFromNow(25),
        whenLate: 'least-late',
      }),
    );
    expect(plan.meetsSlo).toBe(false);
    expect(plan.forecast.costHighUsd).toBeLessThanOrEqual(40);
    expect(plan.reasons.join(' ')).toMatch(/least late/);
  });

  test('because nothing suits its capacity rules is told which rule', () => {
    const capacity = jobOf().capacity;
    const withRule = (rule: Partial<typeof capacity>) =>
      refusalOf({ job: jobOf({ capacity: { ...capacity, ...rule } }) }).message;
    expect(withRule({ families: ['x1'] })).toMatch(/capacity\.families \[x1\].*c5, m5/);
    expect(withRule({ zones: ['us-east-1f'] })).toMatch(/capacity\.zones \[us-east-1f\]/);
    expect(withRule({ gpu: true })).toMatch(/capacity\.gpu true/);
    expect(withRule({ minMemoryGibPerCore: 60 })).toMatch(/minMemoryGibPerCore 60/);
  });

  test('because the account may run no vCPUs is told so', () => {
    const market = marketOf(['m5'], { quotas: { onDemandVcpus: 1, spotVcpus: 0 } });
    expect(refusalOf({ market }).binding).toBe('quota');
  });
});
