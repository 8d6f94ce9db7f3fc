import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import type { InstanceType } from '../../../core/contracts/market.ts';
import { usualExecutorCores } from '../../../core/executors/executor-layout.ts';
import { CATALOGUE, instanceTypeByName } from '../../../core/market/catalogue.ts';
import { certain } from '../../../core/numerics/quantiles.ts';
import { USUAL_LAYOUT } from '../../../core/executors/layout-rules.ts';
import { eligibleArenas } from '../../../core/sizing/arenas.ts';
import { buildDesign } from '../../../core/sizing/fleet-design.ts';
import { NoFeasiblePlanError, planFleet } from '../../../core/sizing/plan-fleet.ts';
import { sparkConfiguration } from '../../../lambdas/aws/spark-configuration.ts';
import { driverContainerMib, executorLayout, executorsOn } from '../../../simulator/world/spark/executors.ts';
import { forecastOf, jobOf, marketOf, minutesFromNow, modelOf, requestOf } from './cases.ts';

const FAMILIES = ['m5', 'm6g', 'm7g', 'c5', 'c7g', 'r5', 'c6a'];
const typeOf = (name: string): InstanceType => instanceTypeByName(name)!;

/** Spark's settings on the cluster of a plan. */
function confOf({ executor }: Pick<FleetPlan, 'executor'>): Record<string, string> {
  const job = { spark: {} } as Parameters<typeof sparkConfiguration>[0];
  const configurations = sparkConfiguration(job, { executor } as FleetPlan, 's3://logs/events/');
  return configurations.find((each) => each.Classification === 'spark-defaults')!.Properties!;
}

interface Nodes {
  readonly core: InstanceType;
  readonly coreNodes: number;
  readonly task: readonly InstanceType[];
  readonly taskNodes: number;
}

/** Executor cores that the simulated YARN places: on the core nodes beside the driver, and on the task nodes. */
function placedCores(conf: Record<string, string>, { core, coreNodes, task, taskNodes }: Nodes) {
  const layout = executorLayout(conf, core);
  const executors =
    executorsOn(core, layout, driverContainerMib(conf)) + (coreNodes - 1) * executorsOn(core, layout, 0);
  const perTaskNode =
    task.reduce((sum, type) => sum + executorsOn(type, layout, 0), 0) / Math.max(task.length, 1);
  return { onCore: executors * layout.cores, all: (executors + taskNodes * perTaskNode) * layout.cores };
}

function nodesOf(plan: FleetPlan): Nodes {
  const fleet = (role: string) => plan.fleets.find((each) => each.role === role);
  const count = (role: string) => {
    const found = fleet(role);
    return found === undefined
      ? 0
      : (found.onDemandUnits + found.spotUnits) / found.instanceTypes[0]!.weightUnits;
  };
  return {
    core: typeOf(fleet('core')!.instanceTypes[0]!.name),
    coreNodes: count('core'),
    task: fleet('task')?.instanceTypes.map(({ name }) => typeOf(name)) ?? [],
    taskNodes: count('task'),
  };
}

describe('executors of a plan', () => {
  test('run beside the driver on the one small node of a small load', () => {
    const capacity = { ...jobOf().capacity, architectures: ['arm64' as const], spot: false };
    const plan = planFleet(
      requestOf({
        job: jobOf({ capacity }),
        forecast: { ...forecastOf(1), inputBytes: certain(1024 ** 3) },
        market: marketOf(['c7g', 'm7g', 'r6g'], { priceTracks: [], source: 'catalogue' }),
      }),
    );
    expect(placedCores(confOf(plan), nodesOf(plan)).onCore).toBeGreaterThan(0);
  });

  test('are there, as many as planned, when every spot node is gone', () => {
    const wishes = fc.record({
      gib: fc.constantFrom(0.1, 1, 10, 100, 300),
      minutes: fc.integer({ min: 12, max: 300 }),
      maxNodes: fc.integer({ min: 1, max: 60 }),
      families: fc.subarray(FAMILIES, { minLength: 1 }),
      spot: fc.boolean(),
    });
    fc.assert(
      fc.property(wishes, ({ gib, minutes, maxNodes, families, spot }) => {
        const request = requestOf({
          job: jobOf({ capacity: { ...jobOf().capacity, families, maxNodes, spot } }),
          forecast: forecastOf(gib),
          model: modelOf(800),
          market: marketOf(families),
          deadlineAt: minutesFromNow(minutes),
          whenLate: 'least-late',
        });
        try {
          const plan = planFleet(request);
          const placed = placedCores(confOf(plan), nodesOf(plan));
          expect(placed.onCore).toBeGreaterThan(0);
          const told = Number(/on ([\d.]+) executor cores/.exec(plan.reasons.join(' '))?.[1]);
          expect(told).toBeCloseTo(placed.all, 6);
        } catch (error) {
          if (!(error instanceof NoFeasiblePlanError)) throw error;
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  test('number what the simulated cluster places, for any types that can be mixed', () => {
    const type = fc.constantFrom(...CATALOGUE.filter((each) => each.gpus === 0 && each.memoryMib >= 8192));
    const count = fc.integer({ min: 1, max: 20 });
    const [arena] = eligibleArenas(jobOf(), marketOf(['m5']));
    const poolOf = (instanceType: InstanceType) => ({ ...arena!.primary, instanceType });
    fc.assert(
      fc.property(type, count, fc.array(type, { maxLength: 4 }), count, (core, coreNodes, task, nodes) => {
        const taskNodes = task.length === 0 ? 0 : nodes;
        const design = buildDesign({
          primary: arena!.primary,
          core: poolOf(core),
          coreNodes,
          task: task.map(poolOf),
          taskSpotNodes: taskNodes,
          taskOnDemandNodes: 0,
          diskGibPerNode: 64,
          layout: USUAL_LAYOUT,
        });
        const conf = confOf({ executor: design.executors.shape });
        const placed = placedCores(conf, { core, coreNodes, task, taskNodes });
        expect(design.executors.coreFleetCores).toBe(placed.onCore);
        if (placed.onCore > 0) expect(design.cores).toBeCloseTo(placed.all, 6);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  test('are a little smaller where that keeps one beside the driver, and one fewer where it does not', () => {
    expect(usualExecutorCores(typeOf('m5.xlarge'), 3)).toBe(12);
    expect(usualExecutorCores(typeOf('m7g.2xlarge'), 2)).toBe(16);
    expect(usualExecutorCores(typeOf('c7g.xlarge'), 3)).toBe(8);
  });

  test('that fit on no core node are no plan, which says so', () => {
    const whole = marketOf(['m5', 'c5']);
    const small = ['m5.xlarge', 'c5.xlarge'];
    const pools = whole.pools.filter(({ instanceType }) => small.includes(instanceType.name));
    const capacity = { ...jobOf().capacity, families: ['c5'], spot: false };
    const job = jobOf({ capacity: { ...capacity, maxNodes: 1 } });
    expect(() => planFleet(requestOf({ job, market: { ...whole, pools } }))).toThrow(
      /holds Spark's driver and an executor beside it/,
    );
    const two = jobOf({ capacity: { ...capacity, maxNodes: 2 } });
    const market = { ...whole, pools };
    const plan = planFleet(requestOf({ job: two, market, forecast: forecastOf(1), whenLate: 'least-late' }));
    expect(plan.reasons.join(' ')).toMatch(/on 4 executor cores in 2 nodes/);
  });
});
