/** What the next plan of a run does otherwise, and the page that says so. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Remedy, RunFailure } from '../../../core/contracts/failure.ts';
import { constraintsOf } from '../../../core/failure-policy/constraints-of.ts';
import { policyPage } from '../../../core/failure-policy/describe-policy.ts';
import { plan } from '../ledger/run-fixtures.ts';

const failed = (remedy: Remedy, attempt = 1, rule: RunFailure['rule'] = 'spot-reclaim') => ({
  record: { attempt, failure: { rule, evidence: [], remedy } },
  plan,
});

describe('the remedies of earlier attempts', () => {
  it('change nothing before there is one', () => {
    expect(constraintsOf([])).toMatchObject({
      avoidZones: [],
      avoidPools: [],
      onDemandOnly: false,
      reasons: [],
    });
    expect(constraintsOf([failed('same-again')]).reasons).toEqual([]);
    expect(constraintsOf([{ record: { attempt: 1, failure: null }, plan }]).reasons).toEqual([]);
  });

  it('keep away from the zone, or from the core and task pools, of the plan that failed', () => {
    expect(constraintsOf([failed('other-zone')]).avoidZones).toEqual(['us-east-1a']);
    expect(constraintsOf([failed('other-plan')]).avoidPools).toEqual([
      { instanceType: 'm5.2xlarge', zone: 'us-east-1a' },
    ]);
  });

  it('give twice as much of what ran out, counted from what the plan had', () => {
    expect(constraintsOf([failed('more-executor-memory')]).layout.executorMemoryMibPerCore).toBe(5000);
    expect(constraintsOf([failed('more-driver-memory')]).layout.driverMemoryFactor).toBe(2);
    expect(constraintsOf([failed('more-disk'), failed('more-disk', 2)]).diskFactor).toBe(4);
    expect(constraintsOf([failed('fewer-executors-per-node')]).layout.executorsPerNodeShare).toBe(0.5);
  });

  it('stay in force for all later attempts, and say why', () => {
    const both = constraintsOf([failed('on-demand'), failed('more-disk', 2, 'node-disk-full')]);
    expect(both).toMatchObject({ onDemandOnly: true, diskFactor: 2 });
    expect(both.reasons).toEqual([
      'After attempt 1 (spot nodes were taken back, and the step did not survive it): on-demand nodes only.',
      'After attempt 2 (disks of nodes were full: YARN took the nodes out of service): disks of 128 GiB a node.',
    ]);
  });
});

it('the published failure policy is the one that attempts are judged by', () => {
  expect(readFileSync('docs/failure-policy.md', 'utf8')).toBe(policyPage());
});
