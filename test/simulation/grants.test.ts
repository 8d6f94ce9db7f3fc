/**
 * Permissions, both ways: nothing works without a grant that it needs, and there is no grant that nothing needs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRng } from '../../core/numerics/rng.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { withoutGrant, withoutResource } from '../../simulator/deploy/edit-template.ts';
import { MINUTE_MS, openAccount, type AccountOptions, type TestAccount } from './account.ts';
import { approve, heavier, hopeless, launchesTwice, RECLAIMS } from './happenings.ts';
import { testAssembly } from './assembly.ts';
import { nameOf, watchGrants } from './watch-grants.ts';

type Act = (account: TestAccount) => Promise<unknown>;

async function inAccount<T>(options: AccountOptions, act: (account: TestAccount) => Promise<T>): Promise<T> {
  const account = await openAccount(options);
  try {
    return await act(account);
  } finally {
    await account.scenario.close();
  }
}

const fly =
  (job: string): Act =>
  async (account) => {
    await account.start(job);
    await account.until(() => account.executions('run-job').at(-1)?.status !== 'RUNNING');
  };
const refused = (service: string, operation: string, principal: string) => ({
  kind: 'throttle' as const,
  match: { service, operation, principal },
});

/** Days on which, taken together, everything happens that needs a right. */
const DAYS: Readonly<Record<string, readonly [AccountOptions, Act]>> = {
  'a night by schedule': [
    { startAt: '2026-01-05T00:30:00.000Z' },
    async (account) => {
      await account.pass(40);
      await account.landed();
    },
  ],
  'data that arrives': [
    { startAt: '2026-01-05T02:55:00.000Z' },
    async (account) => {
      await account.until(() => account.executions('run-job').length > 0, 30);
      await account.landed();
    },
  ],
  'input that comes too late': [
    {},
    async (account) => {
      await account.start('waiting');
      await account.until(() => account.messages().length > 0);
    },
  ],
  'an approval': [{}, approve],
  'an approval that nobody gives': [
    {},
    async (account) => {
      await account.start('approved');
      await account.landed();
    },
  ],
  'an attempt that fails': [{ faults: [{ kind: 'step-failure', times: 1 }] }, fly('called')],
  'a launch whose answer is lost': [
    { faults: [{ kind: 'lost-response', match: { operation: 'RunJobFlow' }, times: 4 }] },
    fly('called'),
  ],
  'a publication whose answer is lost': [
    {
      faults: [
        { kind: 'lost-response', match: { operation: 'PutObject', principal: '*publishoutput*' }, times: 1 },
      ],
    },
    fly('called'),
  ],
  'a run that is started twice, and overtaken by the next': [
    {},
    async (account) => {
      const scheduledAt = new Date(account.nowMs() - 10 * MINUTE_MS).toISOString();
      await account.start('called', scheduledAt);
      await account.pass(3);
      await account.start('called', scheduledAt, 'once-more');
      await account.start('called');
      await account.landed();
    },
  ],
  'runs that are stopped, and started again': [
    {},
    async (account) => {
      for (const state of ['LearnFromRun', 'CollectRun']) {
        const scheduledAt = new Date(account.nowMs()).toISOString();
        account.killer.order({ machine: 'run-job', state });
        await account.start('called', scheduledAt);
        await account.landed();
        await account.start('called', scheduledAt, `again-${state}`);
        await account.landed();
      }
    },
  ],
  'a launch that fails before it asks': [
    { faults: [refused('s3', 'GetObject', '*launchcluster*')] },
    fly('called'),
  ],
  'a run that is killed before its launch, and never released': [
    { faults: [refused('sfn', 'StartExecution', '*ReleaseRole*')] },
    async (account) => {
      account.killer.order({ machine: 'run-job', state: 'ReserveLaunch' });
      await account.start('called');
      await account.pass(60);
      expect(account.clusters()).toEqual([]);
    },
  ],
  'far more work than ever before': [{ world: heavier }, fly('called')],
  'the same for a fleet without task nodes': [
    { world: heavier },
    async (account) => {
      await account.start('steady');
      await account.until(() => account.calls('AddInstanceFleet').length > 0);
    },
  ],
  'a miss that nothing prevents': [
    { world: hopeless },
    async (account) => {
      await account.start('called');
      await account.until(() => account.messages().some(({ subject }) => subject.includes('will miss')), 400);
    },
  ],
  'a launch that somebody repeats': [
    {
      faults: [{ kind: 'lost-response', match: { operation: 'RunJobFlow' }, times: 4 }],
      prepare: launchesTwice,
    },
    fly('called'),
  ],
  'a reclaim': [{ world: heavier, faults: [RECLAIMS] }, fly('called')],
  'an execution that is stopped': [{}, (account) => stopped(account, 40)],
  'a stopped execution whose release cannot start': [
    // work for hours, so that no idle time-out is faster than the reaper
    { world: heavier, faults: [refused('sfn', 'StartExecution', '*ReleaseRole*')] },
    (account) => stopped(account, 100),
  ],
  'a stopped execution that no net but the reaper hears of': [
    {
      world: heavier,
      faults: [
        refused('sfn', 'StartExecution', '*ReleaseRole*'),
        refused('sfn', 'StartExecution', '*watchstarts*'),
      ],
    },
    (account) => stopped(account, 100),
  ],
  'a schedule that does not start its run': [
    {
      startAt: '2026-01-05T00:55:00.000Z',
      faults: [refused('lambda', 'Invoke', '*SchedulesStartRole*')],
    },
    (account) => account.pass(60),
  ],
  'schedules that reach nobody': [
    {
      startAt: '2026-01-05T00:55:00.000Z',
      faults: [
        refused('lambda', 'Invoke', '*SchedulesStartRole*'),
        refused('sfn', 'StartExecution', '*SchedulesReapRole*'),
        refused('lambda', 'Invoke', '*SchedulesWatchRole*'),
      ],
    },
    (account) => account.pass(150),
  ],
  'functions that fail every time': [
    {
      startAt: '2026-01-05T00:55:00.000Z',
      faults: [
        refused('sfn', 'StartExecution', '*startrun*'),
        refused('dynamodb', 'UpdateItem', '*Functionswake*'),
        refused('dynamodb', 'Query', '*watchstarts*'),
      ],
    },
    async (account) => {
      await fly('called')(account);
      await account.pass(60);
    },
  ],
};

async function stopped(account: TestAccount, minutes: number): Promise<void> {
  await account.start('called');
  await account.until(() => account.clusters().length > 0);
  await account.pass(4);
  await account.call('sfn', 'StopExecution', { executionArn: account.executions('run-job')[0]?.arn });
  await account.pass(minutes);
}

/** How a day ends in an account whose template lacks something. */
async function outcomeWithout(day: string, editTemplate: (template: unknown) => unknown) {
  const [options, act] = DAYS[day] ?? [{}, async () => undefined];
  const denied: string[] = [];
  const prepare: AccountOptions['prepare'] = ({ kernel: { access } }) => {
    const denial = access.denial.bind(access);
    Object.assign(access, {
      denial(...question: Parameters<typeof denial>) {
        const answer = denial(...question);
        if (answer !== undefined) denied.push(answer);
        return answer;
      },
    });
  };
  try {
    return await inAccount({ ...options, prepare, editTemplate }, async (account) => {
      await act(account);
      return {
        denied,
        ended: account.executions('run-job').map(({ status, ending }) => `${status} ${ending.error ?? ''}`),
        told: account.messages().map(({ subject }) => subject),
      };
    });
  } catch (error) {
    return { denied, ended: [String(error)], told: [] };
  }
}

/** Rights of which no simulated request can tell whether they are needed. */
const UNSEEN: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\/(logs|xray):/, 'Logs, traces and their deliveries are written by the services themselves.'],
  [/^EmrRoles/, 'What EMR and its nodes do with their roles is the world, which asks nobody.'],
  [/:AddTags$/, 'EMR’s guide lists it for tags at launch; the simulated RunJobFlow does not ask for it.'],
  [
    /:PutAutoTerminationPolicy$/,
    'EMR’s guide lists it for the policy at launch; the simulated RunJobFlow does not ask.',
  ],
  [/startrun.*:DescribeExecution$/, 'Asked only when two arrivals of one second clash on a millisecond.'],
  [
    /watchstarts.*:DeleteItem$/,
    'Only what is cut off between two writes leaves an entry that outlives its run.',
  ],
  [/reportdeadletters.*sns:Publish$/, 'Called by an alarm, and the simulated CloudWatch evaluates none.'],
];

describe('permissions', () => {
  let template: Parameters<typeof watchGrants>[0];
  let watch: ReturnType<typeof watchGrants>;
  beforeAll(async () => {
    template = JSON.parse(readFileSync(join(await testAssembly(), 'Flarepath.template.json'), 'utf8'));
    watch = watchGrants(template);
    for (const [day, [options, act]] of Object.entries(DAYS)) {
      await inAccount(
        {
          ...options,
          prepare: (scenario) => {
            options.prepare?.(scenario);
            watch.prepare(scenario, day);
          },
        },
        async (account) => {
          await act(account);
          expect(account.scenario.violations).toEqual([]);
        },
      );
    }
  }, 600_000);

  it('suffice: nothing is denied whatever happens', () => {
    expect([...watch.denials]).toEqual([]);
  });

  it('are needed: each would be missed, were it taken away', () => {
    const idle = watch.grants
      .map(nameOf)
      .filter((name) => !watch.needed.has(name) && !UNSEEN.some(([pattern]) => pattern.test(name)));
    expect(idle).toEqual([]);
  });

  describe('taken away', () => {
    const NIGHT = 'a night by schedule';
    /** without these, what was promised still happens, later or with less known */
    const HELPFUL =
      /learnfromrun|findleaked|reap|wake|watchstarts|Reap|Wake|Watch|Functionssleep|surveymarket|runjob.*DescribeExecution/;
    const SAMPLED = 14;

    it('change how a night ends, for a sample of them', async () => {
      const usual = await outcomeWithout(NIGHT, (unchanged) => unchanged);
      expect(usual).toMatchObject({ denied: [], ended: ['SUCCEEDED '] });
      const random = seededRng('grants');
      const sample = watch.grants
        .filter((grant) => watch.needed.get(nameOf(grant)) === NIGHT)
        .map((grant) => ({ grant, order: random() }))
        .sort((one, other) => one.order - other.order)
        .slice(0, SAMPLED);
      for (const { grant } of sample) {
        const { denied, ...outcome } = await outcomeWithout(NIGHT, (whole) => withoutGrant(whole, grant));
        expect({ [nameOf(grant)]: denied.join() }).toEqual({
          [nameOf(grant)]: expect.stringContaining(`not authorized to perform: ${grant.action} `),
        });
        if (!HELPFUL.test(nameOf(grant))) {
          const { ended, told } = usual;
          const changed = JSON.stringify(outcome) !== JSON.stringify({ ended, told });
          expect({ [nameOf(grant)]: changed }).toEqual({ [nameOf(grant)]: true });
        }
      }
    });

    it('keep rules from calling functions', async () => {
      const days = [
        [/ClusterChanged/, NIGHT],
        [/SpotWarned/, 'a reclaim'],
        [/arrived/, 'data that arrives'],
      ] as const;
      const permissions = Object.entries(template.Resources)
        .filter(([, { Type }]) => Type === 'AWS::Lambda::Permission')
        .map(([logicalId]) => logicalId)
        // called by an alarm, and the simulated CloudWatch evaluates none
        .filter((logicalId) => !/dead-?letters/i.test(logicalId));
      expect(permissions).toHaveLength(days.length);
      for (const permission of permissions) {
        const day = days.find(([pattern]) => pattern.test(permission))?.[1] ?? '';
        const { denied } = await outcomeWithout(day, (whole) => withoutResource(whole, permission));
        expect({ [permission]: denied.join() }).toEqual({
          [permission]: expect.stringContaining('no resource-based policy allows the lambda:InvokeFunction'),
        });
      }
    });
  });
});
