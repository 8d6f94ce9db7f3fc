/** Plans of later attempts do what the failure policy asks. */
import { describe, expect, it } from 'vitest';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { executorLayoutOf } from '../../../core/executors/executor-layout.ts';
import { USUAL_LAYOUT } from '../../../core/executors/layout-rules.ts';
import { constraintsOf } from '../../../core/failure-policy/constraints-of.ts';
import type { Remedy } from '../../../core/contracts/failure.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { planFleet, type SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { jobOf, marketOf, modelOf, requestOf } from './cases.ts';

const model = modelOf(800);
const first = planFleet(requestOf({ model }));
const after = (remedy: Remedy, plan: FleetPlan = first, over: Partial<SizingRequest> = {}) => {
  const failure = { rule: 'unknown' as const, evidence: [], retryable: true, remedy };
  const constraints = constraintsOf([{ record: { attempt: 1, failure }, plan }]);
  return planFleet(requestOf({ model, attempt: 2, whenLate: 'least-late', constraints, ...over }));
};
const poolsOf = ({ fleets, zone }: FleetPlan) =>
  fleets
    .filter(({ role }) => role !== 'primary')
    .flatMap(({ instanceTypes }) => instanceTypes.map(({ name }) => `${name}@${zone}`));
const heapPerCore = ({ executor }: FleetPlan) => executor.memoryMib / executor.cores;

describe('a later attempt', () => {
  it('goes to another zone, to other pools, or on demand', () => {
    expect(after('other-zone').zone).not.toBe(first.zone);
    expect(poolsOf(after('other-plan')).filter((pool) => poolsOf(first).includes(pool))).toEqual([]);
    const onDemand = after('on-demand');
    expect(onDemand.fleets.reduce((units, { spotUnits }) => units + spotUnits, 0)).toBe(0);
    expect(onDemand.reasons.join(' ')).toMatch(/Spot: none, as an earlier attempt failed of it/);
  });

  it('has more memory a core, a larger driver, larger disks', () => {
    expect(heapPerCore(after('more-executor-memory'))).toBeGreaterThanOrEqual(1.97 * heapPerCore(first));
    expect(after('more-driver-memory').executor.driver.memoryMib).toBe(4096);
    expect(after('more-disk').ebsGib).toBe(128);
    expect(after('more-disk').reasons[0]).toMatch(/^After attempt 1 .*: disks of 128 GiB a node\.$/);
  });

  it('flies where it must when there is nowhere else, and says so', () => {
    const market = marketOf(['m5'], { zones: ['us-east-1a'] });
    const again = after('other-zone', first, { market: { ...market } });
    const job = jobOf();
    expect(job.capacity.zones).toEqual([]);
    if (first.zone === 'us-east-1a') {
      expect(again.reasons.join(' ')).toMatch(/Nothing that suits the job lies outside zone us-east-1a/);
    }
    expect(again.zone).toBe('us-east-1a');
  });
});

describe('executors with rules', () => {
  const type = instanceTypeByName('m5.2xlarge')!;
  const layout = (rules: Partial<typeof USUAL_LAYOUT>) =>
    executorLayoutOf({ core: type, coreNodes: 3, task: [type] }, { ...USUAL_LAYOUT, ...rules });
  const usual = layout({});

  it('are fewer and larger', () => {
    const few = layout({ executorsPerNodeShare: 0.5 });
    expect(few.taskNodeCores[0]).toBe(usual.taskNodeCores[0]! / 2);
    expect(few.shape.memoryMib).toBeGreaterThan(1.8 * usual.shape.memoryMib);
  });

  it('have fewer cores when no node gives so many the memory that they need', () => {
    const large = layout({ executorMemoryMibPerCore: 8192 });
    expect(large.shape.cores).toBeLessThan(usual.shape.cores);
    expect(large.shape.memoryMib / large.shape.cores).toBeGreaterThanOrEqual(8100);
    expect(large.starved).toBe(false);
  });

  it('are starved when not even one core gets it', () => {
    expect(layout({ executorMemoryMibPerCore: 40_000 }).starved).toBe(true);
  });
});
