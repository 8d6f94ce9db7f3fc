import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { cautiousLateProbability } from '../../../core/sizing/lateness-margin.ts';
import { planFleet, type SizingJob, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { forecastOf, jobOf, marketOf, minutesFromNow, modelOf, requestOf } from './cases.ts';

const model = modelOf(800);
const planOf = (over: Partial<SizingRequest> = {}) => planFleet(requestOf({ model, ...over }));
const withCapacity = (capacity: Partial<SizingJob['capacity']>, over: Partial<SizingJob> = {}) =>
  jobOf({ ...over, capacity: { ...jobOf().capacity, ...capacity } });

/** What every plan must satisfy, whatever was asked for. */
function expectSound(plan: FleetPlan, request: SizingRequest): void {
  FleetPlan.parse(plan);
  const { capacity, budget } = request.job;
  let workers = 0;
  for (const fleet of plan.fleets) {
    expect(fleet.onDemandUnits + fleet.spotUnits).toBeGreaterThan(0);
    if (fleet.role !== 'task') expect(fleet.spotUnits).toBe(0);
    const weights = new Set(fleet.instanceTypes.map((type) => type.weightUnits));
    expect(weights.size).toBe(1);
    for (const { name, weightUnits } of fleet.instanceTypes) {
      const type = instanceTypeByName(name);
      expect(type?.vcpus).toBe(weightUnits);
      expect(type?.architecture).toBe(plan.architecture);
      if (fleet.role !== 'primary' && capacity.families.length > 0)
        expect(capacity.families).toContain(type?.family);
    }
    const [weight] = weights;
    if (fleet.role !== 'primary') workers += (fleet.onDemandUnits + fleet.spotUnits) / (weight ?? 1);
  }
  expect(Number.isInteger(workers)).toBe(true);
  expect(workers).toBeLessThanOrEqual(capacity.maxNodes);
  if (!capacity.spot) expect(plan.fleets.every((fleet) => fleet.spotUnits === 0)).toBe(true);
  if (capacity.zones.length > 0) expect(capacity.zones).toContain(plan.zone);
  expect(plan.forecast.costUsd).toBeLessThanOrEqual(budget.perRun.limitUsd);
  expect(plan.forecast.costHighUsd).toBeLessThanOrEqual(budget.perRun.limitUsd);
  expect(plan.meetsSlo).toBe(plan.forecast.lateProbability <= 1 - request.job.slo.target);
  const { compute, emrFee, storage } = plan.forecast.costSplitUsd;
  expect(compute + emrFee + storage).toBeCloseTo(plan.forecast.costUsd, 6);
  expect(plan.front.filter((point) => point.chosen)).toHaveLength(1);
}

describe('a fleet plan', () => {
  test('lands the run on time within the limit, with reasons and alternatives', () => {
    const plan = planOf();
    expectSound(plan, requestOf());
    expect(plan.meetsSlo).toBe(true);
    expect(plan.reasons.length).toBeGreaterThan(4);
    expect(plan.alternatives.length).toBeGreaterThan(1);
    expect(plan.alternatives.length).toBeLessThanOrEqual(6);
    expect(new Set(plan.alternatives.map((each) => each.label)).size).toBe(plan.alternatives.length);
    for (const alternative of plan.alternatives) expect(alternative.whyNot).toMatch(/\d/);
  });

  test('is cheaper than the baseline on demand, which it forecasts beside itself', () => {
    const plan = planOf();
    expect(plan.baseline?.costUsd).toBeGreaterThan(plan.forecast.costUsd);
  });

  test('grows with the hurry', () => {
    const units = (minutes: number) =>
      planOf({ deadlineAt: minutesFromNow(minutes) }).fleets.reduce(
        (sum, fleet) => sum + fleet.onDemandUnits + fleet.spotUnits,
        0,
      );
    expect(units(30)).toBeGreaterThan(units(120));
  });

  test('takes no spot when the job forbids it, nor when no spot price is known', () => {
    const forbidden = requestOf({ model, job: withCapacity({ spot: false }) });
    expectSound(planFleet(forbidden), forbidden);
    const unpriced = requestOf({
      model,
      market: marketOf(['m5', 'm6g'], { priceTracks: [], source: 'catalogue' }),
    });
    const plan = planFleet(unpriced);
    expect(plan.fleets.every((fleet) => fleet.spotUnits === 0)).toBe(true);
    expect(plan.market.notes.join(' ')).toMatch(/catalogue/);
  });

  test('holds to zones, architecture and families that the job names', () => {
    const job = withCapacity({ zones: ['us-east-1b'], architectures: ['x86_64'], families: ['r5', 'm5'] });
    const request = requestOf({ model, job });
    expectSound(planFleet(request), request);
    expect(planFleet(request)).toMatchObject({ zone: 'us-east-1b', architecture: 'x86_64' });
  });

  test('gives GPU jobs GPU workers and a plain primary', () => {
    const job = withCapacity({ gpu: true, architectures: ['x86_64'], minMemoryGibPerCore: 4 });
    const request = requestOf({
      model,
      job,
      market: marketOf(['m5', 'g4dn']),
      deadlineAt: minutesFromNow(240),
    });
    const plan = planFleet(request);
    expect(plan.fleets[0]?.instanceTypes[0]?.name).toMatch(/^m5\./);
    expect(plan.fleets[1]?.instanceTypes[0]?.name).toMatch(/^g4dn\./);
  });

  test('avoids pools that are reclaimed all the time when lateness would follow', () => {
    const job = withCapacity({ families: ['m5'] });
    const spotShare = (market: SizingRequest['market']) => {
      const plan = planOf({ job, market, deadlineAt: minutesFromNow(50) });
      return plan.fleets.reduce((sum, fleet) => sum + fleet.spotUnits, 0);
    };
    const usual = marketOf(['m5']);
    const pools = usual.pools.map((pool) => ({ ...pool, reclaimsPerHour: 6 }));
    expect(spotShare({ ...usual, pools })).toBeLessThan(spotShare(usual));
  });

  test('stays within the account’s vCPU quotas', () => {
    const market = marketOf(['m5', 'c5'], { quotas: { onDemandVcpus: 24, spotVcpus: 32 } });
    const plan = planOf({ market, deadlineAt: minutesFromNow(120) });
    expect(plan.fleets.reduce((sum, fleet) => sum + fleet.onDemandUnits, 0)).toBeLessThanOrEqual(24);
    expect(plan.fleets.reduce((sum, fleet) => sum + fleet.spotUnits, 0)).toBeLessThanOrEqual(32);
  });

  test('lays executors out so that they fit the smallest node', () => {
    const { executor, fleets } = planOf();
    const types = fleets
      .slice(1)
      .flatMap((fleet) => fleet.instanceTypes.map((type) => instanceTypeByName(type.name)!));
    for (const type of types) {
      expect(executor.cores).toBeLessThanOrEqual(type.vcpus);
      const perNode = Math.floor(type.vcpus / executor.cores);
      expect((executor.memoryMib + executor.memoryOverheadMib) * perNode).toBeLessThan(type.memoryMib * 0.9);
    }
  });

  test('is the same for the same seed', () => {
    expect(planOf()).toEqual(planOf());
  });
});

describe('whatever is asked for', () => {
  const wishes = fc.record({
    gib: fc.integer({ min: 1, max: 300 }),
    minutes: fc.integer({ min: 12, max: 300 }),
    limitUsd: fc.integer({ min: 1, max: 40 }),
    maxNodes: fc.integer({ min: 1, max: 60 }),
    spot: fc.boolean(),
    families: fc.subarray(['m5', 'm6g', 'c5', 'r5', 'm6i'], { minLength: 1 }),
    target: fc.constantFrom(0.9, 0.95, 0.99),
    seed: fc.string(),
  });
  type Wish = typeof wishes extends fc.Arbitrary<infer T> ? T : never;
  const requestFor = ({ gib, minutes, limitUsd, maxNodes, spot, families, target, seed }: Wish) =>
    requestOf({
      model,
      job: withCapacity(
        { maxNodes, spot, families },
        { budget: { perRun: { targetUsd: 0, limitUsd } }, slo: { target, windowDays: 28 } },
      ),
      forecast: forecastOf(gib),
      deadlineAt: minutesFromNow(minutes),
      whenLate: 'least-late',
      seed,
    });

  test('a plan is sound or refused by name, the chosen one never dominated', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const request = requestFor(wish);
        let plan: FleetPlan;
        try {
          plan = planFleet(request);
        } catch (error) {
          expect(error).toMatchObject({ name: 'NoFeasiblePlanError', binding: 'budget' });
          return;
        }
        expectSound(plan, request);
        // a fleet within a hair of what is allowed may be passed over for a safer one
        const allowed = plan.meetsSlo
          ? cautiousLateProbability(1 - request.job.slo.target, 500)
          : plan.forecast.lateProbability - 1e-9;
        for (const { label, forecast } of plan.alternatives) {
          // the baseline need not keep to the job's own rules
          if (label === 'baseline') continue;
          const better =
            forecast.costHighUsd <= request.job.budget.perRun.limitUsd &&
            forecast.costUsd < plan.forecast.costUsd * 0.95 &&
            forecast.lateProbability <= allowed;
          expect([label, better]).toEqual([label, false]);
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('more time never makes the plan dearer by more than the search’s noise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 90 }), fc.integer({ min: 10, max: 120 }), (minutes, more) => {
        const cost = (at: number) =>
          planOf({ deadlineAt: minutesFromNow(at), whenLate: 'least-late' }).forecast.costUsd;
        // a sliver for the search, one for preferring well-used fleets at up to 5 % more
        expect(cost(minutes + more)).toBeLessThanOrEqual(cost(minutes) * 1.1);
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});
