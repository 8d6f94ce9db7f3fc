import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Job } from '../../../core/contracts/job.ts';
import { planFleet, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { highsSolver } from '../../../lambdas/runtime/highs.ts';
import { forecastOf, jobOf, minutesFromNow, modelOf, requestOf } from './cases.ts';

const model = modelOf(800, 0.15);
const LIMIT_USD = 40;

function planOf(targetUsd: number, objective: Job['objective'], over: Partial<SizingRequest> = {}) {
  const job = jobOf({
    budget: { perRun: { targetUsd, limitUsd: LIMIT_USD } },
    slo: { target: 0.9, windowDays: 28 },
    ...(objective === undefined ? {} : { objective }),
  });
  return planFleet(
    requestOf({ model, job, forecast: forecastOf(100, 0.4), deadlineAt: minutesFromNow(40), ...over }),
  );
}

describe('a job that wants the safest fleet within its budget', () => {
  test('gets one that is late less than the cheapest, for at most its target', () => {
    const cheapest = planOf(LIMIT_USD, 'cheapest').forecast;
    expect(cheapest.lateProbability).toBeGreaterThan(0.01);
    fc.assert(
      fc.property(
        fc.double({ min: 1.05, max: 3, noNaN: true }),
        fc.integer({ min: 0, max: 99 }),
        (times, n) => {
          const targetUsd = Math.min(cheapest.costUsd * times, LIMIT_USD);
          const seed = `safest ${n}`;
          const usual = planOf(targetUsd, undefined, { seed }).forecast;
          const plan = planOf(targetUsd, 'safest-within-budget', { seed });
          if (usual.costUsd > targetUsd) return;
          expect(plan.forecast.costUsd).toBeLessThanOrEqual(targetUsd);
          expect(plan.forecast.lateProbability).toBeLessThanOrEqual(usual.lateProbability);
          expect(plan.reasons.join(' ')).toContain('Objective: the safest.');
        },
      ),
      { numRuns: 8 },
    );
    const generous = planOf(cheapest.costUsd * 2, 'safest-within-budget');
    expect(generous.forecast.lateProbability).toBeLessThan(cheapest.lateProbability / 2);
    expect(generous.alternatives.map(({ whyNot }) => whyNot).join()).not.toMatch(/utilisation is/);
  });

  test('gets the cheapest that meets the SLO when its target pays for none, and is told so', () => {
    const usual = planOf(0.01, 'cheapest');
    const plan = planOf(0.01, 'safest-within-budget');
    expect(plan.fleets).toEqual(usual.fleets);
    expect(plan.reasons.join(' ')).toContain('none so cheap meets the SLO');
  });

  test('has what earlier attempts took left out of its target', () => {
    const plan = planOf(10, 'safest-within-budget', { attempt: 2, spentUsd: 7 });
    expect(plan.forecast.costUsd).toBeLessThanOrEqual(3);
  });

  test('is not told how far the cheapest lies below', async () => {
    const solver = await highsSolver();
    const job = jobOf({ objective: 'safest-within-budget' });
    expect(planFleet(requestOf({ model }), solver).optimality).toBeDefined();
    expect(planFleet(requestOf({ model, job }), solver).optimality).toBeUndefined();
  });
});
