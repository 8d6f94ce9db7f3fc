/** How a run's cluster comes to report its progress, and who believes it. */
import { describe, expect, it } from 'vitest';
import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { clusterRequest } from '../../lambdas/aws/cluster-request.ts';
import { reportedWork, withExpectedWork } from '../../lambdas/aws/ledger-progress.ts';
import { putItem } from '../../lambdas/aws/ledger-table.ts';
import { exampleJob, openAccount } from './account.ts';
import { PLAN } from './launch-documents.ts';

const AT = new Date('2026-01-06T02:00:00.000Z');
const LOOKED_AT = new Date('2026-01-06T02:05:00.000Z');
const ITEM = {
  ...{ pk: 'PROGRESS#j-1', sk: 'NEWEST', reportedAt: AT.toISOString(), workDone: 0.4 },
  ...{ applications: 1, applicationsEnded: 0, applicationsSilent: 0, stagesDone: 3, stagesOpen: 1 },
  ...{ tasksDone: 90, tasksOpen: 20, tasksRunning: 8, tasksFailed: 0, taskSeconds: 812.5 },
  ...{ executors: 2, executorCores: 8, memoryUsedBytes: 0, memoryTotalBytes: 1, spillBytes: 0 },
  ...{ inputBytes: 1, shuffleReadBytes: 1 },
};

/** What a look knows when the item stands in the ledger, and the metric says 70 %. */
async function known(item: Record<string, unknown> | undefined, taskSeconds?: string) {
  const warned: unknown[] = [];
  const work = await knownTo(warned, item, taskSeconds);
  return warned.length === 0 ? work : { work, warned };
}

/** @param taskSeconds  as the number stands in the table, where JavaScript could not say it */
async function knownTo(warned: unknown[], item: Record<string, unknown> | undefined, taskSeconds?: string) {
  const { kernel, ledger } = await openAccount();
  return kernel.settle(async () => {
    await kernel.call(
      'cloudwatch',
      'PutMetricData',
      {
        Namespace: 'Flarepath',
        MetricData: [
          {
            MetricName: 'WorkDonePercent',
            Dimensions: [{ Name: 'JobFlowId', Value: 'j-1' }],
            Timestamp: AT,
            Value: 70,
          },
        ],
      },
      kernel.root,
    );
    if (item !== undefined) await putItem(ledger, { ...ITEM, ...item });
    if (taskSeconds !== undefined) {
      const key = { pk: { S: ITEM.pk }, sk: { S: ITEM.sk } };
      const raw = { ...key, reportedAt: { S: ITEM.reportedAt }, taskSeconds: { N: taskSeconds } };
      await kernel.call('dynamodb', 'PutItem', { TableName: ledger.table, Item: raw }, kernel.root);
    }
    const log = { warn: (_: string, details: unknown) => void warned.push(details) };
    return (await reportedWork(ledger, 'j-1', LOOKED_AT, log)).workDone;
  });
}

describe('progress', () => {
  it('is what the cluster wrote to the ledger', async () => {
    expect(await known({})).toBe(0.4);
  });

  it('is not known while nothing says how much there is to do, whatever has been done', async () => {
    expect(await known({ workDone: undefined })).toBeNull();
  });

  it('is the metric of clusters that write no item, or no longer', async () => {
    expect(await known(undefined)).toBe(0.7);
    expect(await known({ reportedAt: '2026-01-06T01:30:00.000Z' })).toBe(0.7);
  });

  it('is the metric where an item is no report, which code of any job can write, and the log says what is wrong', async () => {
    expect(await known({ workDone: 'all of it', executors: -1 })).toEqual({
      work: 0.7,
      warned: [
        {
          clusterId: 'j-1',
          faults: [expect.stringContaining('workDone: '), expect.stringContaining('executors: ')],
        },
      ],
    });
    expect(await known({}, '12345678901234567.5')).toMatchObject({ work: 0.7 });
    expect(await known({ reportedAt: null })).toMatchObject({ work: 0.7 });
  });

  it('is measured by the task time of past runs, for the load that is expected', async () => {
    const { kernel, ledger } = await openAccount();
    const record = {
      ...{ runKey: 'k', job: PLAN.job, task: 'etl', scheduledAt: '2026-01-05T01:00:00.000Z' },
      ...{ deadlineAt: '2026-01-05T04:00:00.000Z', attempt: 1, outcome: 'succeeded', outcomeReason: '' },
      ...{ inputBytes: 100, forecastInputBytes: null, forecastMethod: null, plan: null, cores: null },
      ...{ nodes: null, memoryMib: null, coreSpeed: null, instanceTypes: [], launchedAt: null },
      ...{ stepsStartedAt: null, stepsEndedAt: null, runtimeSeconds: null, predictedRuntimeSeconds: null },
      ...{ costUsd: null, costIsEstimate: true, predictedCostUsd: null, onDemandCostUsd: null },
      ...{ utilisation: null, paidEfficiency: null, spotInstanceHours: 0, reclaims: 0, eventLog: null },
      ...{ outputPresent: null, taskSeconds: 5000 },
    };
    const item = { pk: `JOB#${PLAN.job}`, sk: 'RECORD#2026-01-05T01:00:00.000Z#1', record, ref: null };
    const plan = await kernel.settle(async () => {
      await putItem(ledger, item);
      return withExpectedWork(ledger, PLAN as unknown as FleetPlan, { inputBytes: Array(9).fill(300) });
    });
    expect(plan.expectedTaskSeconds).toBe(15_000);
    expect(actionsFor(plan).at(-1)?.ScriptBootstrapAction?.Args).toContain('15000');
  });
});

function actionsFor(plan: unknown, changes = {}) {
  const grounds = {
    ...{ assetsBucket: 'assets', serviceRoleArn: 'r', instanceProfileArn: 'p', logsUri: 's3://logs/' },
    ...{ subnets: { s: PLAN.zone }, primarySecurityGroup: 'sg-1', workerSecurityGroup: 'sg-2' },
    ...{ serviceSecurityGroup: 'sg-3', tags: {} },
    reporter: { assetKey: 'abc.py', ledgerTable: 'ledger', region: 'eu-west-1' },
  };
  const job = exampleJob('orders-nightly', changes);
  return clusterRequest('c', job, plan as FleetPlan, grounds, (text) => text).BootstrapActions ?? [];
}

describe('a cluster', () => {
  it('starts its reporter after the job’s own bootstrap actions', () => {
    const own = {
      name: 'own',
      script: { s3: 's3://team/prepare.sh', sha256: 'a'.repeat(64) },
      arguments: [],
    };
    const actions = actionsFor(PLAN, { bootstrap: [own] });
    expect(actions.map(({ Name }) => Name)).toEqual(['own', 'Flarepath: report progress']);
    expect(actions[1]?.ScriptBootstrapAction).toEqual({
      Path: 's3://assets/abc.py',
      Args: ['--table', 'ledger', '--region', 'eu-west-1'],
    });
  });

  it('does without where the job has as many actions as EMR allows', () => {
    const own = {
      name: 'own',
      script: { s3: 's3://team/prepare.sh', sha256: 'a'.repeat(64) },
      arguments: [],
    };
    const names = actionsFor(PLAN, { bootstrap: Array(16).fill(own) }).map(({ Name }) => Name);
    expect(names).toEqual(Array(16).fill('own'));
  });
});
