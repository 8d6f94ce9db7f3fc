import { describe, expect, test } from 'vitest';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { medianOf } from '../../../core/numerics/quantiles.ts';
import { flipPoints } from '../../../core/sizing/flip-points.ts';
import { NoFeasiblePlanError } from '../../../core/sizing/sizing-errors.ts';
import { planFleet, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { secondsBetween } from '../../../core/units.ts';
import { modelOf, requestOf } from './cases.ts';

const request = requestOf({ model: modelOf(800) });
const plan = planFleet({ ...request, effort: 'fast' });
const core: FleetPlan['fleets'][number] = {
  role: 'core',
  instanceTypes: [{ name: 'm5.xlarge', weightUnits: 4 }],
  onDemandUnits: 8,
  spotUnits: 0,
};
const onDemand: FleetPlan = { ...plan, fleets: [core] };
const onSpot: FleetPlan = {
  ...plan,
  fleets: [core, { ...core, role: 'task', onDemandUnits: 0, spotUnits: 8 }],
};
const more: FleetPlan = { ...plan, fleets: [{ ...core, onDemandUnits: 40 }] };
const factorOf = (asked: SizingRequest) =>
  medianOf(asked.forecast.inputBytes) / medianOf(request.forecast.inputBytes);
const minutesOf = (asked: SizingRequest) => secondsBetween(request.deadlineAt, asked.deadlineAt) / 60;

describe('flip points', () => {
  test('name the load from which another kind of fleet wins, narrowed down from above', () => {
    const flips = flipPoints(request, (asked) => (factorOf(asked) > 1.3 ? onSpot : onDemand));
    expect(flips.map(({ what }) => what)).toEqual(['load']);
    expect(flips[0]?.at).toBeGreaterThan(1.3);
    expect(flips[0]?.at).toBeLessThan(1.35);
    expect(flips[0]?.winner).toBe(onSpot);
  });

  test('name the deadline before which there is no plan', () => {
    const flips = flipPoints(request, (asked) => {
      if (minutesOf(asked) < -50) throw new NoFeasiblePlanError('deadline', 'too late', []);
      return onDemand;
    });
    expect(flips).toEqual([{ what: 'deadline', at: expect.any(Number), winner: null }]);
    expect(flips[0]?.at).toBeLessThan(-50);
    expect(flips[0]?.at).toBeGreaterThanOrEqual(-56);
  });

  test('are not there where the same fleet only grows', () => {
    expect(flipPoints(request, (asked) => (factorOf(asked) > 1 ? more : onDemand))).toEqual([]);
  });

  test('are not there for a run that has no plan', () => {
    const none = () => {
      throw new NoFeasiblePlanError('budget', 'too dear', []);
    };
    expect(flipPoints(request, none)).toEqual([]);
  });
});
