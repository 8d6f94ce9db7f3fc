/** How to get a run into each state of each state machine, so that it can be stopped there. */
import type { Scenario } from '../../simulator/scenario.ts';
import type { AccountOptions, TestAccount } from './account.ts';
import { heavier } from './happenings.ts';

export interface Way {
  /** accounts are shared by the ways of one kind of world */
  readonly world: keyof typeof WORLDS;
  /** @default called */
  readonly job?: string;
  /** kills that lead there */
  readonly first?: readonly { machine: string; state: string }[];
  /** what happens beside the run, before and while it is on its way */
  readonly happens?: (account: TestAccount, runKey: string) => Promise<unknown>;
  /** @default true: started again, the run lands */
  readonly lands?: boolean;
  /** virtual minutes to the state at most @default 120 */
  readonly minutes?: number;
}

const failing = (...attempts: number[]): AccountOptions => ({
  faults: attempts.map((attempt) => ({
    kind: 'step-failure' as const,
    match: { clusterName: `*-${attempt}` },
  })),
});
/** more often than all tries of one state together, and less often than two states' */
const throttled = (operation: string, principal: string, times: number): AccountOptions => ({
  faults: [{ kind: 'throttle', match: { operation, principal }, times }],
});
const ONE_STATE = 24;

/** Clusters say that they are still terminating for so long after they are gone. */
function neverGone({ kernel }: Scenario): void {
  const operation = kernel.services.get('emr')?.operations['DescribeCluster'];
  if (operation === undefined) throw new Error('EMR describes no clusters');
  const truly = operation.run.bind(operation);
  const untilMs = kernel.clock.nowMs() + 4 * 3_600_000;
  Object.assign(operation, {
    async run(...request: Parameters<typeof truly>) {
      const answer = (await truly(...request)) as { Cluster: { Status: { State: string } } };
      if (kernel.clock.nowMs() < untilMs && answer.Cluster.Status.State.startsWith('TERMINATED'))
        answer.Cluster.Status.State = 'TERMINATING';
      return answer;
    },
  });
}

export const WORLDS = {
  calm: {},
  heavy: { world: heavier },
  'first attempt fails': failing(1),
  'first start fails': failing(1, 2),
  'cannot be released at first': throttled('TerminateJobFlows', '*releasecluster*', ONE_STATE),
  'never gone': { prepare: neverGone },
  'parts of one look': {
    editTemplate: (template: unknown): unknown =>
      JSON.parse(JSON.stringify(template).replaceAll('$looksHere >= 500', '$looksHere >= 1')),
  },
  'tokens are not kept': throttled('UpdateItem', '*Functionssleep*', 1000),
  'blind for a while': throttled('DescribeCluster', '*lookandsteer*', ONE_STATE),
  'blind for long': throttled('DescribeCluster', '*lookandsteer*', 5 * ONE_STATE),
  'reports are late': throttled('Publish', '*reportrun*', ONE_STATE),
  'not searched': throttled('ListClusters', '*findleakedclusters*', ONE_STATE),
  'not reaped': { ...throttled('TerminateJobFlows', '*reapcluster*', ONE_STATE), world: heavier },
} satisfies Record<string, AccountOptions>;

const CALM: Way = { world: 'calm' };
const NET_FAILS = [
  { machine: 'run-job', state: 'Fly' },
  { machine: 'release', state: 'ReadStart' },
];
const stopped = { first: NET_FAILS.slice(0, 1) };
const leaking: Way = { world: 'heavy', first: NET_FAILS };

const answered =
  (approved: boolean) =>
  async (account: TestAccount, runKey: string): Promise<void> => {
    const token = async () => (await account.item(`RUN#${runKey}`, 'APPROVAL')).Item?.['taskToken']?.S;
    for (let looks = 0; (await token()) === undefined && looks < 30; looks += 1) await account.pass(2);
    await account.call('sfn', 'SendTaskSuccess', {
      taskToken: await token(),
      output: JSON.stringify({ approved, by: 'ann', reason: 'asked' }),
    });
  };

/** Another run of the job is in flight. */
const behindAnother = async (account: TestAccount): Promise<void> => {
  await account.start('queued', new Date(account.nowMs() - 60_000).toISOString());
  await account.pass(2);
};
const twin = async (account: TestAccount, runKey: string): Promise<void> => {
  await account.pass(2);
  await account.start('called', runKey.slice('called@'.length), `twin-${account.nowMs()}`);
};
const startedAgain: Way = {
  world: 'calm',
  first: [{ machine: 'run-job', state: 'Fly' }],
  happens: async (account, runKey) => {
    await account.until(() => account.clusters().length > 0, 30);
    await account.start('called', runKey.slice('called@'.length), `second-${account.nowMs()}`);
  },
};
const publishedByAnother = async (account: TestAccount, runKey: string): Promise<void> => {
  await account.pass(2);
  const run = (await account.run(runKey))?.run;
  if (run === undefined) throw new Error(`${runKey} was not admitted`);
  account.scenario.services.s3.putObject(
    'example-results',
    `called/_published/${run.runHash}.json`,
    JSON.stringify({
      runKey,
      scheduledAt: run.scheduledAt,
      attempt: 59,
      prefix: 's3://example-results/called/_attempts/other/',
      publishedAt: run.admittedAt,
    }),
  );
};

/** By machine and state; what is not named here is on the way of a run that lands. */
export const WAYS: Readonly<Record<string, Readonly<Record<string, Way>>>> = {
  'run-job': {
    WaitForTurn: { ...CALM, job: 'queued', happens: behindAnother },
    WarnOfQueue: { ...CALM, job: 'queued', happens: behindAnother },
    AlreadyRunning: { ...CALM, happens: twin },
    ReleaseEarlierStart: startedAgain,
    IsEarlierReleased: startedAgain,
    WaitForEarlierRelease: startedAgain,
    WaitForInput: { ...CALM, job: 'missing-fail', lands: false },
    WarnOfMissingInput: { ...CALM, job: 'missing-fail', lands: false },
    InputMissing: { ...CALM, job: 'missing-fail', lands: false },
    ReportUnflown: { ...CALM, job: 'advised', lands: false },
    Unflown: { ...CALM, job: 'advised', lands: false },
    ApprovePlan: { ...CALM, job: 'approved' },
    AwaitApproval: { ...CALM, job: 'approved' },
    WatchClock: { ...CALM, job: 'approved' },
    WarnOfUnanswered: { ...CALM, job: 'approved' },
    IsClockDone: { ...CALM, job: 'approved' },
    WaitToWarn: { ...CALM, job: 'approved' },
    ClockDone: { ...CALM, job: 'approved' },
    Unanswered: { ...CALM, job: 'approved', lands: false },
    Answered: { ...CALM, job: 'approved', happens: answered(true) },
    IsApproved: { ...CALM, job: 'approved', happens: answered(true) },
    Declined: { ...CALM, job: 'approved', happens: answered(false) },
    BackOff: { world: 'first attempt fails' },
    NextAttempt: { world: 'first attempt fails' },
    AttemptsSpent: { world: 'first start fails' },
    ReportFailure: { world: 'first start fails' },
    Failed: { world: 'first start fails' },
    ReleaseAfterFailure: { world: 'cannot be released at first' },
    IsReleasedAfterFailure: { world: 'cannot be released at first' },
    WaitForReleaseAfterFailure: { world: 'cannot be released at first' },
    NotReleased: { world: 'never gone' },
    NotPublished: { ...CALM, happens: publishedByAnother, lands: false },
  },
  fly: {
    FlyOn: { world: 'parts of one look' },
    SleepWithoutToken: { world: 'tokens are not kept' },
    IsBlind: { world: 'blind for a while' },
    Blind: { world: 'blind for long' },
  },
  release: {
    '*': { world: 'heavy', ...stopped },
    NotReleased: { world: 'never gone', ...stopped },
    NotReported: { world: 'reports are late', ...stopped },
    Unreadable: {
      ...CALM,
      happens: ({ call, scenario }) =>
        call('sfn', 'StartExecution', {
          stateMachineArn: scenario.services.sfn
            .executions('flarepath-run-job')[0]
            ?.machine.arn.replace('run-job', 'release'),
          input: '{}',
        }),
    },
  },
  reap: {
    '*': leaking,
    FindLeakedClusters: CALM,
    ReleaseEach: CALM,
    Reaped: CALM,
    NotSearched: { world: 'not searched' },
    LeftForNextPass: { ...leaking, world: 'not reaped' },
  },
};

export function wayTo(machine: string, state: string): Way {
  const ways = WAYS[machine] ?? {};
  return ways[state] ?? ways['*'] ?? CALM;
}
