import { expect, test } from 'vitest';
import { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { highsSolver } from '../../../lambdas/runtime/highs.ts';
import { marketOf, modelOf, requestOf } from './cases.ts';

const solver = await highsSolver();
const request = requestOf({
  effort: 'full',
  model: modelOf(4000),
  market: marketOf(['m5', 'c5', 'r5', 'm6g'], { zones: ['us-east-1a', 'us-east-1b'] }),
});

test('a plan says what no fleet can undercut, how close it is to that, and what the search added', () => {
  const plan = FleetPlan.parse(planFleet(request, solver));
  const { costFloorUsd, cheapestUsd, gapShare, bestLinearSeedUsd } = plan.optimality!;
  expect(costFloorUsd).toBeGreaterThan(0.7 * cheapestUsd);
  expect(costFloorUsd).toBeLessThanOrEqual(cheapestUsd);
  expect(cheapestUsd).toBeLessThanOrEqual(plan.forecast.costUsd);
  expect(plan.forecast.costUsd).toBeCloseTo(costFloorUsd * (1 + gapShare), 9);
  expect(bestLinearSeedUsd).toBeGreaterThanOrEqual(cheapestUsd);
  expect(plan.reasons.join(' ')).toMatch(/Optimality: no fleet .* at most \S+ % more/);
});

test('the same request gives the same plan and the same proof', () => {
  expect(planFleet(request, solver)).toEqual(planFleet(request, solver));
});

test('a plan of the version before, without a proof, is still read', () => {
  const { optimality, ...before } = planFleet(request, solver);
  expect(optimality).toBeDefined();
  expect(FleetPlan.parse(before)).toEqual(before);
});
