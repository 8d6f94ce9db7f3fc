import { describe, expect, test } from 'vitest';
import { NoFeasiblePlanError, planFleet, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { minutesFromNow, modelOf, requestOf, jobOf } from './cases.ts';

const model = modelOf(800);
const planOf = (over: Partial<SizingRequest>) => planFleet(requestOf({ model, ...over }));
const failureOf = (over: Partial<SizingRequest>): NoFeasiblePlanError => {
  try {
    planOf(over);
  } catch (error) {
    if (error instanceof NoFeasiblePlanError) return error;
    throw error;
  }
  throw new Error('a plan was made');
};

describe('a run that is tried again', () => {
  const late = { deadlineAt: minutesFromNow(-20), whenLate: 'least-late' } as const;

  test('after its deadline gets the fastest fleet within its limit', () => {
    const plan = planOf({ ...late, attempt: 2 });
    expect(plan.meetsSlo).toBe(false);
    expect(plan.forecast.lateProbability).toBe(1);
    expect(plan.forecast.costHighUsd).toBeLessThanOrEqual(40);
    expect(plan.reasons.join(' ')).toMatch(/the deadline passed 20 min ago/);
    const relaxed = planOf({ deadlineAt: minutesFromNow(600) });
    expect(plan.forecast.runtimeSeconds[4]).toBeLessThan(relaxed.forecast.runtimeSeconds[4]! / 2);
  });

  test('is refused after its deadline when it is the first attempt, or where lateness is refused', () => {
    expect(failureOf({ ...late, attempt: 1 }).binding).toBe('deadline');
    expect(failureOf({ ...late, attempt: 2, whenLate: 'refuse' }).binding).toBe('deadline');
  });

  test('has what earlier attempts left of the limit, and no more', () => {
    const job = jobOf({ budget: { perRun: { targetUsd: 1, limitUsd: 12 } } });
    const whole = planOf({ job, ...late, attempt: 2 });
    const rest = planOf({ job, ...late, attempt: 2, spentUsd: 8 });
    expect(whole.forecast.costHighUsd).toBeGreaterThan(4);
    expect(rest.forecast.costHighUsd).toBeLessThanOrEqual(4);
    expect(rest.reasons.join(' ')).toMatch(/limit 12\.00 USD, of which earlier attempts took 8\.00 USD/);
  });

  test('ends when nothing, or too little, is left, and says what was spent', () => {
    const gone = failureOf({ attempt: 2, spentUsd: 40 });
    expect(gone).toMatchObject({ binding: 'budget', retryable: false });
    expect(gone.message).toMatch(/Earlier attempts of this run cost 40\.00 USD/);
    const little = failureOf({ attempt: 2, spentUsd: 39.95 });
    expect(little.binding).toBe('budget');
    expect(little.message).toMatch(/left of the limit of 40\.00 USD/);
    const least = Number(/limitUsd of at least ([\d.]+) USD/.exec(little.message)?.[1]);
    expect(least).toBeGreaterThan(40);
  });
});
