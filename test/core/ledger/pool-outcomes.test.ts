/** Which pools gave an attempt what it asked for. */
import { describe, expect, it } from 'vitest';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { poolOutcomes } from '../../../core/ledger/pool-outcomes.ts';
import { at, instance, plan, view } from './run-fixtures.ts';

const task: FleetPlan['fleets'][number] = {
  role: 'task',
  instanceTypes: ['m5.2xlarge', 'm6i.2xlarge'].map((name) => ({ name, weightUnits: 8 })),
  onDemandUnits: 0,
  spotUnits: 32,
};
const withTask = { ...plan, fleets: [task] };
const spot = (instanceType: string) => instance({ instanceType, role: 'task', market: 'spot' });
const aged = (minutes: number, codes: string[] = []) => ({
  ...view,
  fleets: [],
  observedAt: at(minutes),
  createdAt: at(0),
  endedAt: null,
  errors: codes.map((code) => ({ code, data: {} })),
});
const outcomesOf = (...[cluster, instances]: [ReturnType<typeof aged>, ReturnType<typeof spot>[]]) =>
  poolOutcomes(withTask, cluster, instances).map(({ instanceType, gave }) => [instanceType, gave]);

describe('what an attempt met in its pools', () => {
  it('is capacity where instances came and nothing was short', () => {
    expect(
      outcomesOf(
        aged(60),
        [1, 2, 3, 4].map(() => spot('m5.2xlarge')),
      ),
    ).toEqual([['m5.2xlarge', true]]);
  });

  it('is nothing where machines came and were taken back', () => {
    const lost = instance({ instanceType: 'm5.2xlarge', role: 'task', market: 'spot', reclaimed: true });
    expect(outcomesOf(aged(60), [1, 2, 3, 4].map(() => spot('m5.2xlarge')).concat(lost))).toEqual([]);
  });

  it('is none where not one came to a fleet that stayed short; one that gave some proves nothing', () => {
    expect(outcomesOf(aged(60), [])).toEqual([
      ['m5.2xlarge', false],
      ['m6i.2xlarge', false],
    ]);
    expect(outcomesOf(aged(60), [spot('m5.2xlarge')])).toEqual([['m6i.2xlarge', false]]);
  });

  it('is none for a type that gave the primary node and nothing to a larger fleet', () => {
    const core = { role: 'core' as const, instanceTypes: [{ name: 'm5.xlarge', weightUnits: 4 }] };
    const [primary] = plan.fleets;
    const fleets = [primary!, { ...core, onDemandUnits: 40, spotUnits: 0 }];
    const only = instance({ instanceType: 'm5.xlarge', role: 'primary', market: 'on-demand' });
    expect(poolOutcomes({ ...plan, fleets }, aged(46), [only])).toMatchObject([
      { instanceType: 'm5.xlarge', purchase: 'on-demand', gave: false },
    ]);
  });

  it('is not known of a cluster that ended before its fleets had their chance, unless EMR says it', () => {
    expect(outcomesOf(aged(4), [])).toEqual([]);
    expect(outcomesOf(aged(4, ['INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ']), [])).toHaveLength(2);
  });
});
