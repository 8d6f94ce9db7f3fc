import { LAUNCH_GUARDS } from './launch-guards.ts';
import { morning, program, short, STOP_UNHEARD, stoppedAfter } from './morning.ts';
import type { Mutation } from './mutation.ts';

const failsOnce = { faults: [{ kind: 'step-failure', times: 1 }] };

/** One known way at least to break each invariant. */
export const MUTATIONS: readonly Mutation[] = [
  {
    invariant: 'no-cluster-outlives-its-lease',
    without: 'the reaper takes a cluster whose lease has ended for somebody’s',
    place: { functions: ['find-leaked-clusters'], file: 'core/ledger/why-leaked.ts' },
    find: 'Date.parse(leaseUntil) < Date.parse(now)',
    replace: 'false',
    idle: ['watch-starts'],
    scenario: morning(
      {
        faults: [STOP_UNHEARD],
        actors: [stoppedAfter(20)],
      },
      {},
      program(60_000),
    ),
  },
  {
    invariant: 'no-cluster-outlives-its-lease',
    without: 'each look extends a lease, also beyond its hard end',
    place: { functions: ['look-and-steer'], file: 'core/control/lease-end.ts' },
    find: 'epochMilliseconds(renewed) < epochMilliseconds(endsAt) ? renewed : endsAt',
    replace: 'endsAt === now ? endsAt : renewed',
    // one attempt only, seen to get on: a flight so late would else be given up, for a fresh one or as hung, before
    // its lease ends
    scenario: morning(
      {},
      { budget: { perRun: { targetUsd: 50, limitUsd: 500 } }, maxAttempts: 1 },
      { ...program(150_000, 2_000), spark: { progressReported: true } },
    ),
  },
  {
    invariant: 'one-attempt-at-a-time',
    without: 'a cluster that is terminating passes for one that is gone',
    place: { stateMachine: 'run-job' },
    find: '{% $states.input.decision != \'terminating\' %}",\n          "Next": "WhatNext"',
    replace: '{% true %}",\n          "Next": "WhatNext"',
    scenario: morning(
      failsOnce,
      {},
      {
        ...short,
        market: { terminationSeconds: 1500, reclaims: { eventsPerHour: 0 }, price: { historyDays: 7 } },
      },
    ),
  },
  {
    invariant: 'one-published-output',
    without: 'an attempt whose steps failed is published',
    place: { stateMachine: 'run-job' },
    find: "{% $summary.outcome in ['succeeded', 'late'] and $summary.publishable %}",
    replace: '{% true %}',
    scenario: morning(failsOnce, {}, short),
  },
  {
    invariant: 'every-execution-ends',
    without: 'the wait for an input has no limit',
    place: { functions: ['await-input'], file: 'core/job/judge-readiness.ts' },
    find: 'waitMinutes * SECONDS_PER_MINUTE - secondsBetween(waitingSince, now)',
    replace: 'SECONDS_PER_MINUTE',
    scenario: morning(
      {},
      {
        readiness: {
          markers: ['s3://example-data/scores/dt=never/_SUCCESS'],
          waitMinutes: 5,
          onTimeout: 'fail',
        },
      },
      short,
    ),
  },
  {
    invariant: 'every-run-is-told',
    without: 'a run that was reported is not closed',
    place: { functions: ['report-run'], file: 'lambdas/report-run.ts' },
    find: 'await closeRun(ledger, end.run, outcome, now());',
    replace: '',
    scenario: morning({}, {}, short),
  },
  {
    invariant: 'no-deadline-passes-in-silence',
    without: 'nobody goes through the runs that are open',
    place: { functions: ['watch-starts'], file: 'lambdas/aws/open-runs.ts' },
    find: 'const open = await openRuns(watch.ledger);',
    replace: 'const open = (await openRuns(watch.ledger)).slice(0, 0);',
    // Stopped while it waits for its input, before anything was said.
    scenario: morning(
      {
        faults: [STOP_UNHEARD],
        actors: [stoppedAfter(5)],
      },
      {
        readiness: {
          markers: ['s3://example-data/scores/dt=never/_SUCCESS'],
          waitMinutes: 300,
          onTimeout: 'fail',
        },
      },
      short,
    ),
  },
  {
    invariant: 'each-alarm-in-one-incident',
    without: 'nothing leads an alarm to the incident that it belongs to',
    place: { functions: ['raise-incident'], file: 'lambdas/aws/ledger-incidents.ts' },
    find: 'if (leadsHere || led.has(key)) continue;',
    replace: 'if (key.length > 0) continue;',
    // so late that each look at the fleet tells of it again
    scenario: morning({}, { deadline: { withinMinutes: 45 } }, program(20_000)),
  },
  {
    invariant: 'each-alarm-in-one-incident',
    without: 'alarms are dropped on their way',
    place: { functions: ['raise-incident'], file: 'lambdas/raise-incident.ts' },
    find: "if (!('time' in event)) return event.detail.alarms;",
    replace: "if (!('time' in event)) return event.detail.alarms.slice(1);",
    scenario: morning(failsOnce, {}, short),
  },
  {
    invariant: 'nothing-unknown-nothing-twice',
    without: 'a message is sent twice',
    place: { functions: ['report-run'], file: 'lambdas/aws/messages.ts' },
    find: '  return answer.MessageId',
    replace:
      '  await snsClient(clients).send(new PublishCommand({ TopicArn: topicArn, Subject: message.subject, Message: message.text }));\n  return answer.MessageId',
    scenario: morning({}, {}, short),
  },
  {
    invariant: 'steady-steering',
    without: 'the pilot asks for more than it decided',
    place: { functions: ['look-and-steer'], file: 'lambdas/aws/steering.ts' },
    find: "{ role: 'task', instanceTypes, onDemandUnits, spotUnits }",
    replace: "{ role: 'task', instanceTypes, onDemandUnits: onDemandUnits + 8, spotUnits }",
    scenario: morning({}, { budget: { perRun: { targetUsd: 10, limitUsd: 50 } } }, program(18_000)),
  },
  {
    invariant: 'spend-within-limits',
    without: 'what a run has reserved is not settled when its cluster is gone',
    place: {
      functions: ['release-cluster', 'reap-cluster', 'find-leaked-clusters'],
      file: 'lambdas/aws/settlements.ts',
    },
    find: 'reservation === undefined || reservation.settledAt !== null',
    replace: 'true',
    scenario: morning({}, {}, short),
  },
  {
    invariant: 'spend-within-limits',
    without: 'a flight goes on when it has reached its limit',
    place: { functions: ['look-and-steer'], file: 'lambdas/aws/flight-money.ts' },
    find: 'landing: landingAtLimit(reservation, burn, failed, look)',
    replace: 'landing: (void landingAtLimit, null)',
    scenario: morning({}, { budget: { perRun: { targetUsd: 1, limitUsd: 1.5 } } }, program(60_000)),
  },
  {
    invariant: 'nothing-launches-while-stopped',
    without: 'nobody looks at the kill switch before a launch',
    place: {
      functions: ['admit-run', 'reserve-launch', 'launch-cluster'],
      file: 'core/control/launch-bar.ts',
    },
    find: 'killSwitch?.on === true',
    replace: 'killSwitch?.on === null',
    scenario: morning(
      {
        actors: [
          {
            kind: 'kill-switch',
            from: '2026-01-06T02:30:00.000Z',
            until: '2026-01-06T04:00:00.000Z',
            release: false,
          },
        ],
      },
      {},
      short,
    ),
  },
  ...LAUNCH_GUARDS,
];
