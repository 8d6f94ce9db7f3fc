import { describe, expect, test } from 'vitest';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { percentText, usdText } from '../../../core/units-text.ts';
import { jobOf, marketOf, minutesFromNow, modelOf, requestOf } from './cases.ts';

const model = modelOf(800);
const hurried = requestOf({
  job: jobOf({ capacity: { ...jobOf().capacity, maxNodes: 3, families: ['m5'] } }),
  model: modelOf(4000),
  market: marketOf(['m5']),
  deadlineAt: minutesFromNow(25),
  whenLate: 'least-late',
});

describe('why another plan was not chosen', () => {
  test('a fleet beyond the vCPU quota is told the quota, not a price', () => {
    const market = marketOf(['m5', 'c5'], { quotas: { onDemandVcpus: 24, spotVcpus: 64 } });
    const plan = planFleet(requestOf({ model, market, deadlineAt: minutesFromNow(120) }));
    // the baseline: ten m5.2xlarge and a primary node
    const baseline = plan.alternatives.find(({ label }) => label === 'baseline');
    expect(baseline?.whyNot).toMatch(/^needs 8\d vCPUs on demand, the account's quota is 24;/);
  });

  test('is never said of a fleet that is the choice, or that costs and is late just as much', () => {
    for (const baseline of [{ instanceType: 'm5.xlarge', count: 1 }, jobOf().baseline]) {
      for (const spot of [true, false]) {
        const job = jobOf({ capacity: { ...jobOf().capacity, spot }, ...(baseline ? { baseline } : {}) });
        const plan = planFleet(requestOf({ model: modelOf(5), job, deadlineAt: minutesFromNow(300) }));
        const figures = (forecast: typeof plan.forecast) =>
          `${usdText(forecast.costUsd)} ${percentText(forecast.lateProbability)}`;
        for (const { forecast, whyNot } of plan.alternatives) {
          expect(figures(forecast)).not.toBe(figures(plan.forecast));
          expect(whyNot).not.toMatch(/costs 0\.00 USD/);
        }
      }
    }
  });

  test('of the least late plan is that the others are later, or may not be had', () => {
    const plan = planFleet(hurried);
    expect(plan.meetsSlo).toBe(false);
    for (const { whyNot } of plan.alternatives) {
      expect(whyNot).toMatch(/the choice with \d|above the limit|quota/);
    }
  });
});

test('a least late plan out of the utilisation band is not explained by what a good fleet may cost more', () => {
  const reasons = [4000, 400, 40].map((seconds) =>
    planFleet({ ...hurried, model: modelOf(seconds), deadlineAt: minutesFromNow(8) }).reasons.join(' '),
  );
  const outside = reasons.filter((each) => each.includes(', outside '));
  expect(outside.length).toBeGreaterThan(0);
  for (const each of outside) {
    expect(each).toMatch(/however well it is used/);
    expect(each).not.toMatch(/5 % extra/);
  }
});
