import type { Remedy } from '../contracts/failure.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { heapMibPerCoreFor } from '../executors/room-for-data.ts';
import { NO_CONSTRAINTS, type PlanConstraints } from '../sizing/plan-constraints.ts';
import { MIB_PER_GIB } from '../units.ts';
import { failureRule } from './failure-policy.ts';

/** What ran out is doubled: fewer attempts are left than a finer search would need. */
const MORE = 2;

/** An earlier attempt of a run: what came of it and what it flew. */
export interface EarlierAttempt {
  readonly record: Pick<RunRecord, 'attempt' | 'failure'>;
  /** null when it had none */
  readonly plan: FleetPlan | null;
}

/**
 * What the next plan of a run does otherwise: the remedies of all its earlier attempts together, as what helped
 * against the first failure must not be given up for the second.
 *
 * @param earlier  attempts in their order
 * @param wantedMibPerCore  of memory for data, as the runtime model expects at most; 0 where it does not tell
 */
export function constraintsOf(earlier: readonly EarlierAttempt[], wantedMibPerCore = 0): PlanConstraints {
  return earlier.reduce((constraints, { record, plan }) => {
    const { failure, attempt } = record;
    if (failure === null || plan === null) return constraints;
    const [changed, what] = CHANGES[failure.remedy](constraints, plan, wantedMibPerCore);
    if (what === '') return constraints;
    const why = failureRule(failure.rule).says;
    return {
      ...changed,
      reasons: [...constraints.reasons, `After attempt ${attempt} (${lowerFirst(why)}): ${what}.`],
    };
  }, NO_CONSTRAINTS);
}

/** The constraints with one more remedy, and what it is in words; no words: nothing changes. */
type Change = (
  constraints: PlanConstraints,
  plan: FleetPlan,
  wantedMibPerCore: number,
) => readonly [PlanConstraints, string];

const unchanged: Change = (constraints) => [constraints, ''];

const CHANGES: Readonly<Record<Remedy, Change>> = {
  'same-again': unchanged,
  'stop-and-tell': unchanged,
  'other-plan': (constraints, plan) => {
    const pools = plan.fleets
      .filter(({ role }) => role !== 'primary')
      .flatMap(({ instanceTypes }) => instanceTypes.map(({ name }) => name))
      .map((instanceType) => ({ instanceType, zone: plan.zone }));
    return [
      { ...constraints, avoidPools: [...constraints.avoidPools, ...pools] },
      'other instance types than it had',
    ];
  },
  'other-zone': (constraints, { zone }) => [
    { ...constraints, avoidZones: [...constraints.avoidZones, zone] },
    `another zone than ${zone}`,
  ],
  'on-demand': (constraints) => [{ ...constraints, onDemandOnly: true }, 'on-demand nodes only'],
  'more-executor-memory': (constraints, { executor }, wantedMibPerCore) => {
    const { layout, neededMibPerCore = layout.executorMemoryMibPerCore } = constraints;
    const needed = Math.max(neededMibPerCore, Math.floor((MORE * executor.memoryMib) / executor.cores));
    const wished = wantedMibPerCore > 0 ? Math.ceil(heapMibPerCoreFor(wantedMibPerCore, executor.cores)) : 0;
    const least = Math.max(layout.executorMemoryMibPerCore, needed, wished);
    return [
      {
        ...constraints,
        layout: { ...layout, executorMemoryMibPerCore: least },
        ...(least > needed ? { neededMibPerCore: needed } : {}),
      },
      `at least ${(least / MIB_PER_GIB).toFixed(1)} GiB of executor memory a core`,
    ];
  },
  'fewer-executors-per-node': (constraints) => {
    const executorsPerNodeShare = constraints.layout.executorsPerNodeShare / MORE;
    return [
      { ...constraints, layout: { ...constraints.layout, executorsPerNodeShare } },
      'half as many executors a node, each with twice the memory',
    ];
  },
  'more-driver-memory': (constraints, { executor }) => {
    const driverMemoryFactor = constraints.layout.driverMemoryFactor * MORE;
    return [
      { ...constraints, layout: { ...constraints.layout, driverMemoryFactor } },
      `a driver of ${(MORE * executor.driver.memoryMib) / MIB_PER_GIB} GiB`,
    ];
  },
  'more-disk': (constraints, { ebsGib }) => [
    { ...constraints, diskFactor: constraints.diskFactor * MORE },
    `disks of ${MORE * ebsGib} GiB a node`,
  ],
};

function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
