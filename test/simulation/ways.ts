/** How to get a run into each state of each state machine, so that it can be stopped there. */
import { setControl, type ControlChange } from '../../lambdas/aws/ledger-control.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { MINUTE_MS, type AccountOptions, type TestAccount } from './account.ts';
import { heavier, slower } from './happenings.ts';

export interface Way {
  /** accounts are shared by the ways of one kind of world */
  readonly world: keyof typeof WORLDS;
  /** @default called */
  readonly job?: string;
  /** kills that lead there, or keep others from it */
  readonly first?: readonly { machine: string; state: string }[];
  /** how long ago it was due, minutes @default 0 */
  readonly dueMinutesAgo?: number;
  /** what happens before the run */
  readonly before?: (account: TestAccount) => Promise<unknown>;
  /** what happens while it is on its way */
  readonly happens?: (account: TestAccount, runKey: string) => Promise<unknown>;
  /** what happens before it is started again */
  readonly mended?: (account: TestAccount) => Promise<unknown>;
  /** @default true: started again, the run lands */
  readonly lands?: boolean;
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

/** Longer than a release has patience, and shorter than that of two. */
const LINGERING_MS = 50 * MINUTE_MS;

/** The first cluster says that it is still terminating for long after it is gone. */
function lingering({ kernel }: Scenario): void {
  const operation = kernel.services.get('emr')?.operations['DescribeCluster'];
  if (operation === undefined) throw new Error('EMR describes no clusters');
  const truly = operation.run.bind(operation);
  const goneSinceMs = new Map<string, number>();
  Object.assign(operation, {
    async run(...request: Parameters<typeof truly>) {
      const answer = (await truly(...request)) as { Cluster: { Id: string; Status: { State: string } } };
      const { Id, Status } = answer.Cluster;
      const nowMs = kernel.clock.nowMs();
      if (!Status.State.startsWith('TERMINATED')) return answer;
      if (goneSinceMs.size === 0) goneSinceMs.set(Id, nowMs);
      if (nowMs - (goneSinceMs.get(Id) ?? 0) < LINGERING_MS) Status.State = 'TERMINATING';
      return answer;
    },
  });
}

export const WORLDS = {
  calm: {},
  heavy: { world: heavier },
  slow: { world: slower },
  'a launch an hour': {},
  'first attempt fails': failing(1),
  'first start fails': failing(1, 2),
  'cannot be collected at first': throttled('ListSteps', '*collectrun*', ONE_STATE),
  'long in going': { prepare: lingering },
  'parts of two looks': {
    editTemplate: (template: unknown): unknown =>
      JSON.parse(JSON.stringify(template).replaceAll('$looksHere >= 500', '$looksHere >= 2')),
  },
  'tokens are not kept': throttled('UpdateItem', '*Functionssleep*', 1000),
  'blind for a while': throttled('DescribeCluster', '*lookandsteer*', ONE_STATE),
  'blind for long': throttled('DescribeCluster', '*lookandsteer*', 5 * ONE_STATE),
  'nobody can be asked': throttled('Publish', '*requestapproval*', ONE_STATE),
  'warnings are late': throttled('GetObject', '*warnofmiss*', ONE_STATE),
  'reports are late': throttled('Publish', '*reportrun*', ONE_STATE),
  'not searched': throttled('ListClusters', '*findleakedclusters*', ONE_STATE),
  'not reaped': { ...throttled('TerminateJobFlows', '*cluster*', ONE_STATE), world: heavier },
} satisfies Record<string, AccountOptions>;

const CALM: Way = { world: 'calm' };
const NET_FAILS = [
  { machine: 'run-job', state: 'Fly' },
  { machine: 'release', state: 'ReadStart' },
  // the one that the watch starts
  { machine: 'release', state: 'ReadStart' },
];
const stopped = { first: NET_FAILS.slice(0, 1) };
const leaking: Way = { world: 'heavy', first: NET_FAILS };

/** Answers what people are asked about a run's plan, as soon as they are. */
export async function answer(account: TestAccount, runKey: string, approved: boolean): Promise<void> {
  const token = () => account.taskToken(runKey);
  for (let looks = 0; (await token()) === undefined && looks < 30; looks += 1) await account.pass(2);
  await account.call('sfn', 'SendTaskSuccess', {
    taskToken: await token(),
    output: JSON.stringify({ approved, by: 'ann', reason: 'asked' }),
  });
}
const answered = (approved: boolean) => (account: TestAccount, runKey: string) =>
  answer(account, runKey, approved);

/** Another run of the job is in flight. */
const behindAnother = async (account: TestAccount): Promise<void> => {
  await account.start('queued', new Date(account.nowMs() - MINUTE_MS).toISOString());
  await account.pass(2);
};
/** Sets what the command line would set. */
const control = (change: Omit<ControlChange, 'set'> & { set: object }) => (account: TestAccount) =>
  account.scenario.during(() => {
    const at = new Date(account.nowMs()).toISOString();
    const set = { by: 'ann', at, reason: 'a test', ...change.set };
    return setControl(account.ledger, { ...change, set } as ControlChange);
  });
const killSwitch = (on: boolean) => control({ kind: 'kill-switch', set: { on, release: false } });
/** The one launch of the hour is taken. */
const fullHour = async (account: TestAccount): Promise<void> => {
  const until = new Date(account.nowMs() + 24 * 60 * MINUTE_MS).toISOString();
  const limits = { job: null, runLimitUsd: null, monthLimitUsd: null, launchesPerHour: 1, until };
  await control({ kind: 'override', set: limits })(account);
  await account.pass(60 - (new Date(account.nowMs()).getUTCMinutes() % 60));
  await account.start('steady');
  await account.until(() => account.clusters().length > 0, 30, 1);
  await account.landed();
};
const twin = async (account: TestAccount, runKey: string): Promise<void> => {
  await account.pass(2);
  await account.start('called', runKey.slice('called@'.length), `twin-${account.nowMs()}`);
};
const startedAgain: Way = {
  world: 'calm',
  first: [{ machine: 'run-job', state: 'Fly' }],
  happens: async (account, runKey) => {
    await account.until(() => account.executions('run-job')[0]?.status === 'ABORTED', 60, 0.1);
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
    WarnOfQueue: { ...CALM, job: 'queued', before: behindAnother },
    WaitForTurn: { ...CALM, job: 'queued', before: behindAnother },
    AlreadyRunning: { ...CALM, happens: twin },
    ReleaseEarlierStart: startedAgain,
    IsEarlierReleased: startedAgain,
    WaitForEarlierRelease: startedAgain,
    WarnOfMissingInput: { ...CALM, job: 'missing-fail', lands: false },
    WaitForInput: { ...CALM, job: 'missing-fail', lands: false },
    InputMissing: { ...CALM, job: 'missing-fail', lands: false },
    ReportUnflown: { ...CALM, job: 'advised', lands: false },
    Unflown: { ...CALM, job: 'advised', lands: false },
    WarnOfLatePlan: { ...CALM, dueMinutesAgo: 145 },
    WarnOfWaitingLaunch: { world: 'a launch an hour', before: fullHour },
    WaitToLaunch: { world: 'a launch an hour', before: fullHour },
    Refused: { ...CALM, before: killSwitch(true), mended: killSwitch(false) },
    ApprovePlan: { ...CALM, job: 'approved' },
    AwaitApproval: { ...CALM, job: 'approved' },
    WatchClock: { ...CALM, job: 'approved' },
    WarnOfUnanswered: { ...CALM, job: 'approved' },
    IsClockDone: { ...CALM, job: 'approved' },
    WaitToWarn: { ...CALM, job: 'approved' },
    WarnAgainLater: { world: 'warnings are late', job: 'approved' },
    ClockDone: { ...CALM, job: 'approved', dueMinutesAgo: 110 },
    NotAsked: { world: 'nobody can be asked', job: 'approved' },
    Unanswered: { ...CALM, job: 'approved' },
    Answered: { ...CALM, job: 'approved', happens: answered(true) },
    IsApproved: { ...CALM, job: 'approved', happens: answered(true) },
    Declined: { ...CALM, job: 'approved', happens: answered(false) },
    BackOff: { world: 'first attempt fails' },
    NextAttempt: { world: 'first attempt fails' },
    AttemptsSpent: { world: 'first start fails' },
    ReportFailure: { world: 'first start fails' },
    Failed: { world: 'first start fails' },
    ReleaseAfterFailure: { world: 'cannot be collected at first' },
    IsReleasedAfterFailure: { world: 'cannot be collected at first' },
    WaitForReleaseAfterFailure: { world: 'cannot be collected at first' },
    NotReleased: { world: 'long in going' },
    IsLanded: { world: 'long in going' },
    NotPublished: { ...CALM, happens: publishedByAnother, lands: false },
  },
  fly: {
    FlyOn: { world: 'parts of two looks' },
    SleepWithoutToken: { world: 'tokens are not kept' },
    IsBlind: { world: 'blind for a while' },
    Blind: { world: 'blind for long' },
    SurveyAgain: { world: 'slow' },
    SizeFlight: { world: 'slow' },
  },
  release: {
    '*': { world: 'heavy', ...stopped },
    NotReleased: { world: 'long in going', ...stopped },
    StillThere: { world: 'long in going', ...stopped },
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
    IsAnyLeft: CALM,
    Reaped: CALM,
    ClustersLeft: { ...leaking, world: 'not reaped' },
    NotSearched: { world: 'not searched' },
    LeftForNextPass: { ...leaking, world: 'not reaped' },
  },
};

export function wayTo(machine: string, state: string): Way {
  const ways = WAYS[machine] ?? {};
  return ways[state] ?? ways['*'] ?? CALM;
}
