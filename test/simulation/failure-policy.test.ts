/** What the failure policy makes of faults, in the whole account. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { WorldFile } from '../../simulator/world/world-file.ts';
import { openAccountForTest, type AccountOptions } from './account.ts';
import { testAssembly } from './assembly.ts';

beforeAll(async () => {
  await testAssembly();
});

/** Stages that want so much execution memory a core. */
const hungry =
  (memoryGibPerCore: number) =>
  (world: WorldFile): WorldFile => {
    const { default: program } = world.taskPrograms;
    const stages = program.stages.map((stage) => ({ ...stage, memoryGibPerCore }));
    return { ...world, taskPrograms: { default: { ...program, stages } } };
  };

async function attemptsOf(job: string, options: AccountOptions) {
  const account = await openAccountForTest(options);
  const runKey = await account.start(job);
  await account.until(() => account.executions('run-job').at(-1)?.status !== 'RUNNING', 600);
  const records = (await account.records(job)).sort((a, b) => a.attempt - b.attempt);
  const states = account.statesOf('run-job', account.executions('run-job').length - 1);
  return { account, runKey, records, states };
}

describe('a run whose first attempt fails', () => {
  it('goes to another zone when one has no capacity, and leaves those pools alone for a while', async () => {
    // where the first plan goes
    const zone = 'us-east-1a';
    const { account, records, states } = await attemptsOf('steady', {
      faults: [{ kind: 'insufficient-capacity', match: { zone, fleet: 'CORE' } }],
    });
    expect(records.map(({ failure }) => failure?.rule ?? null)).toEqual(['insufficient-capacity', null]);
    expect(records[0]?.failure?.remedy).toBe('other-zone');
    expect(states.filter((state) => state === 'BackOff')).toHaveLength(1);
    const zones = account
      .clusters()
      .flatMap((id) => account.scenario.world.instances.ofCluster(id).map((instance) => instance.zone));
    expect(new Set(zones)).toEqual(new Set([zone, expect.not.stringMatching(zone)]));
    const { Items: breakers } = await account.call<{ Items: Record<string, { S?: string }>[] }>(
      'dynamodb',
      'Query',
      {
        TableName: account.outputs['LedgerTable'],
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'BREAKER' } },
      },
    );
    expect(breakers.map(({ purchase, zone: where }) => [where?.S, purchase?.S])).toContainEqual([
      zone,
      'on-demand',
    ]);
  });

  it('gets more memory when its executors had too little, and that is enough', async () => {
    const { account, records } = await attemptsOf('steady', { world: hungry(4.5) });
    expect(records.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
    expect(records[0]?.failure).toMatchObject({
      rule: 'executor-out-of-memory',
      remedy: 'more-executor-memory',
      evidence: ['event log, exit status of a lost executor: 137'],
    });
    expect(account.messages().at(-1)?.subject).toMatch(/^steady on time/);
  });

  it('is told of at once when its input is not there: no second cluster is paid for', async () => {
    const { account, records } = await attemptsOf('missing-run', {});
    expect(records).toMatchObject([
      { outcome: 'failed', failure: { rule: 'input-bad', remedy: 'stop-and-tell' } },
    ]);
    expect(account.clusters()).toHaveLength(1);
    expect(account.messages().at(-1)?.message).toMatch(/Mend or deliver the input/);
  });
});
