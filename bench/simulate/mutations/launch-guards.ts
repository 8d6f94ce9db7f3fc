import { morning, program, short, STOP_UNHEARD, stoppedAfter } from './morning.ts';
import type { Mutation } from './mutation.ts';

/** Another net would be there first. */
const NO_REAPER = { idle: ['find-leaked-clusters'] } as const;
const long = program(60_000);
const ample = { budget: { perRun: { targetUsd: 50, limitUsd: 500 } } };
const ofLaunch = (kind: string) => ({ kind, match: { operation: 'RunJobFlow' }, times: 1 });

/** What keeps a run to one cluster, one output and its account's limits: each guard left out. */
export const LAUNCH_GUARDS: readonly Mutation[] = [
  {
    ...NO_REAPER,
    invariant: 'one-attempt-at-a-time',
    without: 'a launch whose answer was lost is repeated without a look whether its cluster is there',
    place: { functions: ['launch-cluster'], file: 'lambdas/aws/launches.ts' },
    find: 'taken ? undefined : await launchedEarlier(ledger, lease, tags, now)',
    replace: 'taken ? undefined : (void launchedEarlier, undefined)',
    scenario: morning({ faults: [ofLaunch('lost-response')] }, ample, long),
  },
  {
    ...NO_REAPER,
    invariant: 'one-attempt-at-a-time',
    without: 'whoever asks for a cluster once more does not claim the right to',
    place: { functions: ['launch-cluster'], file: 'lambdas/aws/launches.ts' },
    find: 'await claimLaunch(ledger, lease, at, leaseUntil(at, leaseEndOf(lease)))',
    replace: '(void claimLaunch, void at, lease)',
    // Refused at first; then launched, but neither answered nor listed for a while.
    scenario: morning(
      {
        faults: [
          ofLaunch('throttle'),
          { ...ofLaunch('lost-response'), from: '2026-01-06T03:01:30Z' },
          { kind: 'listing-lag', with: { seconds: 100 } },
        ],
      },
      ample,
      long,
    ),
  },
  {
    ...NO_REAPER,
    invariant: 'spend-within-limits',
    without: 'a release does not seal the attempt that would come next',
    place: { functions: ['release-cluster', 'admit-run'], file: 'lambdas/aws/attempts.ts' },
    find: 'await sealAttempt(ledger, { clusterName, runKey, job, attempt }, now)',
    replace:
      'void sealAttempt, { clusterName, runKey, job, attempt, requestedAt: now.toISOString(), leaseUntil: now.toISOString(), clusterId: null, releasedAt: now.toISOString(), seal: true }',
    // Stopped while a slow ReserveLaunch is on its way.
    scenario: morning(
      {
        faults: [
          {
            kind: 'cold-start',
            match: { function: 'flarepath-reserve-launch' },
            times: 1,
            with: { seconds: 8 },
          },
        ],
        actors: [stoppedAfter(0.06667)],
      },
      {},
      short,
    ),
  },
  {
    invariant: 'one-attempt-at-a-time',
    without: 'another start takes a run over and does not wait for the earlier one’s clusters to go',
    place: { stateMachine: 'run-job' },
    find: "{% $states.input.decision = 'admitted' and $states.input.run.start > 1 %}",
    replace: '{% false %}',
    scenario: morning({ faults: [STOP_UNHEARD], actors: [stoppedAfter(20, 'start', 0.5)] }, ample, long),
  },
  {
    invariant: 'one-published-output',
    without: 'an output is published over the one that stands',
    place: { functions: ['publish-output'], file: 'lambdas/aws/objects.ts' },
    find: "        IfNoneMatch: '*',\n",
    replace: '',
    scenario: morning(
      {
        faults: [
          { kind: 'function-out-of-memory', match: { function: 'flarepath-publish-output' }, times: 1 },
        ],
      },
      {},
      short,
    ),
  },
  {
    invariant: 'spend-within-limits',
    without: 'the account’s limit of the month binds no launch',
    place: { functions: ['reserve-launch'], file: 'lambdas/aws/ledger-spend-sums.ts' },
    find: "'account-month': limits.accountMonthMicroUsd,",
    replace: "'account-month': null,",
    scenario: morning({ limits: { accountMonthUsd: 0.01, launchesPerHour: 60 } }, {}, short),
  },
  {
    invariant: 'others-are-left-alone',
    without: 'the reaper does not look whose a cluster is',
    place: { functions: ['find-leaked-clusters', 'reap-cluster'], file: 'lambdas/aws/clusters.ts' },
    find: 'const carried = await tagsOf(clients, clusterId);',
    replace: 'void tagsOf; const carried = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));',
    scenario: morning({ actors: [{ kind: 'other-deployment', afterMinutes: 1, forMinutes: 60 }] }, {}, short),
  },
  {
    invariant: 'nothing-launches-while-stopped',
    without: 'nobody looks at pauses before a launch',
    place: {
      functions: ['admit-run', 'reserve-launch', 'launch-cluster'],
      file: 'core/control/launch-bar.ts',
    },
    find: 'each.job === null || each.job === job',
    replace: 'each.job === undefined',
    scenario: morning(
      {
        actors: [
          {
            kind: 'pause',
            job: 'scores',
            from: '2026-01-06T02:30:00.000Z',
            until: '2026-01-06T07:00:00.000Z',
            resumedAt: null,
          },
        ],
      },
      {},
      short,
    ),
  },
];
