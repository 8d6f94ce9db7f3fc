/**
 * Permissions, both ways: nothing works without a grant that it needs, and there is no grant that nothing needs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRng } from '../../core/numerics/rng.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { withoutGrant, withoutResource } from '../../simulator/deploy/edit-template.ts';
import { openAccount, type AccountOptions, type TestAccount } from './account.ts';
import { testAssembly } from './assembly.ts';
import { DAYS } from './days.ts';
import { nameOf, watchGrants } from './watch-grants.ts';

async function inAccount<T>(options: AccountOptions, act: (account: TestAccount) => Promise<T>): Promise<T> {
  const account = await openAccount(options);
  try {
    return await act(account);
  } finally {
    await account.scenario.close();
  }
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
      /learnfromrun|releasecluster|findleaked|reap|wake|watchstarts|watchfleet|raiseincident|Reap|Wake|Watch|Functionssleep|surveymarket|runjob.*DescribeExecution/;
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
        [/TroubleSeen/, 'a reclaim'],
        [/AlarmsCame/, 'an attempt that fails'],
        [/arrived/, 'data that arrives'],
        [/NetFailed/, 'a cluster that nothing can terminate for hours'],
      ] as const;
      const permissions = Object.entries(template.Resources)
        .filter(([, { Type }]) => Type === 'AWS::Lambda::Permission')
        .map(([logicalId]) => logicalId)
        // called by an alarm, and the simulated CloudWatch evaluates none
        .filter((logicalId) => !/dead-?letters/i.test(logicalId));
      // two functions hear of a net that failed
      expect(permissions).toHaveLength(days.length + 1);
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
