import { describe, expect, it } from 'vitest';
import { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { fitRuntimeModel } from '../../../core/runtime-model/runtime-model.ts';
import { planFleet, type SizingJob, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { highsSolver } from '../../../lambdas/runtime/highs.ts';
import { jobOf, minutesFromNow, modelOf, requestOf } from './cases.ts';

const GIB = 1024 ** 3;
const BUDGET = { perRun: { targetUsd: 15, limitUsd: 60 } };

/** A job that has flown once, on eight nodes of one kind: of any other fleet little is known. */
const flownOnce = fitRuntimeModel({
  task: 'etl',
  baseline: null,
  runs: [
    {
      at: null,
      inputBytes: 90 * GIB,
      cores: 64,
      nodes: 8,
      memoryMib: 8 * 32_768,
      coreSpeed: 1,
      runtimeSeconds: 1100,
      weight: 1,
    },
  ],
});

function planOf(job: Partial<SizingJob> = {}, over: Partial<SizingRequest> = {}): FleetPlan {
  return planFleet(
    requestOf({
      model: flownOnce,
      deadlineAt: minutesFromNow(60),
      job: jobOf({ budget: BUDGET, ...job }),
      ...over,
    }),
  );
}
const fleetsOf = ({ fleets }: Pick<FleetPlan, 'fleets'>) => JSON.stringify(fleets);

describe('what to try next', () => {
  it('is proposed when not knowing the runtime costs most, and only proposed unless the job asks', () => {
    const plan = planOf();
    const { tryNext } = FleetPlan.parse(plan);
    expect(tryNext).toBeDefined();
    expect(tryNext!.tried).toBe(false);
    expect(tryNext!.runtimeWorthUsd).toBeGreaterThanOrEqual(tryNext!.loadWorthUsd);
    expect(tryNext!.expectedImprovementUsd).toBeGreaterThan(0);
    expect(tryNext!.costUsd).toBeLessThanOrEqual(15);
    expect(plan.reasons.join(' ')).toContain('To try next: ');
    expect(fleetsOf(plan)).not.toBe(fleetsOf(tryNext!));
    for (const autonomy of ['advise', 'approve'] as const)
      expect(planOf({ learning: { explore: true }, autonomy }).tryNext?.tried).toBe(false);
    const learning = { explore: true };
    expect(planOf({ learning, autonomy: 'auto' }, { attempt: 2 }).tryNext?.tried).toBe(false);
  });

  it('is flown by a job that explores: in time and within its budget as any plan', () => {
    const plan = planOf({ learning: { explore: true }, autonomy: 'auto' });
    expect(plan.tryNext?.tried).toBe(true);
    expect(fleetsOf(plan)).toBe(fleetsOf(plan.tryNext!));
    expect(plan.meetsSlo).toBe(true);
    expect(plan.forecast.costHighUsd).toBeLessThanOrEqual(60);
    expect(plan.reasons.join(' ')).toContain('This run tries ');
    const without = plan.alternatives.find(({ label }) => label === 'without a try');
    expect(fleetsOf(without!)).toBe(fleetsOf(planOf()));
    for (const { forecast, whyNot } of plan.alternatives) {
      const better = forecast.costUsd < plan.forecast.costUsd && forecast.lateProbability <= 0.04;
      if (better) expect(whyNot).toMatch(/ less; late with .*passed over for what the try may teach/);
    }
  });

  it('claims no nearness to the best of a fleet that is tried', async () => {
    const solver = await highsSolver();
    const job = jobOf({ budget: BUDGET });
    const request = requestOf({ model: flownOnce, deadlineAt: minutesFromNow(90), job });
    expect(planFleet(request, solver).optimality).toBeDefined();
    const tries: SizingJob = { ...job, autonomy: 'auto', learning: { explore: true } };
    const tried = planFleet({ ...request, job: tries }, solver);
    expect(tried.tryNext?.tried).toBe(true);
    expect(tried.optimality).toBeUndefined();
  });

  it('is nothing beyond the target of a run, nor when the runtime is known well', () => {
    const cheapest = planOf().forecast.costUsd;
    const budget = { perRun: { targetUsd: 0.9 * cheapest, limitUsd: 60 } };
    expect(planOf({ budget }).tryNext).toBeUndefined();
    expect(planOf({}, { model: modelOf(800, 0.01) }).tryNext).toBeUndefined();
  });
});
