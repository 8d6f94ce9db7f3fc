/** The failure policy as data: complete, bounded, and the most specific row wins. */
import { describe, expect, it } from 'vitest';
import { FailureRuleId, Remedy, type FailureRuleId as RuleId } from '../../../core/contracts/failure.ts';
import { ATTEMPTS_MAX } from '../../../core/contracts/job.ts';
import { classifyFailure } from '../../../core/failure-policy/classify-failure.ts';
import type { FailureFacts } from '../../../core/failure-policy/failure-facts.ts';
import { FAILURE_POLICY, failureRule } from '../../../core/failure-policy/failure-policy.ts';
import { FailureRule } from '../../../core/failure-policy/failure-rule.ts';
import { backOffSeconds, judgeFailure } from '../../../core/failure-policy/next-remedy.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const facts = (texts: FailureFacts['texts'], numbers: FailureFacts['numbers'] = {}): FailureFacts => ({
  texts,
  numbers,
});

/** What is seen of each failure; every other fact is as usual. */
const SEEN: readonly [RuleId, FailureFacts][] = [
  ['access-denied', facts({ serviceError: ['AccessDenied', '403'], stepState: ['FAILED'] })],
  ['access-denied', facts({ stateError: ['AccessRefusedError'] })],
  ['output-missing', facts({ stepState: ['COMPLETED'] }, { outputMissing: 1, spotNodesLost: 2 })],
  ['input-bad', facts({ sparkCondition: ['PATH_NOT_FOUND'], stepState: ['FAILED'] })],
  ['input-bad', facts({ taskException: ['org.apache.parquet.io.ParquetDecodingException'] })],
  ['input-bad', facts({ clusterReason: ['STEP_FAILURE'] }, { inputBytes: 0 })],
  [
    'network',
    facts({
      clusterReason: ['VALIDATION_ERROR'],
      clusterError: ['VALIDATION_ERROR_SUBNET_NOT_FROM_ONE_VPC'],
    }),
  ],
  ['vcpu-quota', facts({ clusterReason: ['INTERNAL_ERROR'], clusterError: ['VcpuLimitExceeded'] })],
  [
    'insufficient-capacity',
    facts({
      clusterReason: ['INSTANCE_FLEET_TIMEOUT'],
      clusterError: ['INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ'],
    }),
  ],
  ['insufficient-capacity', facts({ clusterState: ['STARTING'] }, { waitingForNodesSeconds: 2700 })],
  ['fleet-timeout', facts({ clusterReason: ['INSTANCE_FLEET_TIMEOUT'] })],
  [
    'node-disk-full',
    facts(
      {
        clusterReason: ['BOOTSTRAP_FAILURE'],
        clusterError: ['BOOTSTRAP_FAILURE_INSUFFICIENT_DISK_SPACE_WORKER'],
      },
      {},
    ),
  ],
  ['node-disk-full', facts({ stepState: ['FAILED'] }, { unhealthyNodes: 2 })],
  ['bootstrap-failure', facts({ clusterReason: ['BOOTSTRAP_FAILURE'] })],
  ['shuffle-disk-full', facts({ systemError: ['ENOSPC'], taskException: ['java.io.IOException'] })],
  ['hdfs-full', facts({ stepState: ['FAILED'] }, { hdfsUtilisationPercent: 97 })],
  ['driver-out-of-memory', facts({ stepState: ['FAILED'] }, { resultShareOfLimit: 1.2 })],
  [
    'driver-out-of-memory',
    facts({ stepState: ['FAILED'] }, { driversCutShort: 1, spotNodesLost: 0, onDemandNodesLost: 0 }),
  ],
  ['executor-out-of-memory', facts({ executorExit: ['137'], stepState: ['FAILED'] })],
  ['executor-out-of-memory', facts({ taskException: ['java.lang.OutOfMemoryError'] })],
  ['s3-slow-down', facts({ serviceError: ['SlowDown', '503'] })],
  ['instance-failure', facts({ clusterReason: ['INSTANCE_FAILURE'] }, { onDemandNodesLost: 1 })],
  ['spot-reclaim', facts({ stepState: ['FAILED'] }, { spotNodesLost: 3, decisiveExceptions: 0 })],
  [
    'node-lost',
    facts({ stepState: ['FAILED'] }, { fetchFailures: 8, decisiveExceptions: 0, spotNodesLost: 0 }),
  ],
  ['starvation', facts({ stepState: ['RUNNING'] }, { appsPending: 1, tasksEnded: 0 })],
  ['hung-driver', facts({ stepState: ['CANCELLED'] }, { appsRunning: 1, yarnMemoryFreePercent: 96 })],
  ['skew-straggler', facts({ stepState: ['INTERRUPTED'] }, { skewRatio: 16 })],
  ['resize-stuck', facts({ fleetState: ['RUNNING', 'RESIZING'] }, { unitsMissing: 16 })],
  ['outpaced', { texts: { flightEndedBy: ['outpaced'], stepState: ['RUNNING'] }, numbers: {} }],
  ['spend-limit', { texts: { flightEndedBy: ['limit'], stepState: ['RUNNING'] }, numbers: {} }],
  ['stopped-on-purpose', facts({ clusterReason: ['USER_REQUEST'], stepState: ['CANCELLED'] })],
  ['request-refused', facts({ clusterReason: ['VALIDATION_ERROR'] })],
  ['step-failure', facts({ clusterReason: ['STEP_FAILURE'], taskException: ['java.lang.RuntimeException'] })],
  ['idle-waste', facts({ clusterReason: ['ALL_STEPS_COMPLETED'], stepState: ['PENDING'] })],
  ['unknown', facts({ clusterState: ['RUNNING'] })],
];

describe('the failure policy', () => {
  it('has one row for every failure, each told apart by what is seen of it', () => {
    expect(FAILURE_POLICY.map(({ id }) => id).sort()).toEqual([...FailureRuleId.options].sort());
    expect(new Set(SEEN.map(([id]) => id))).toEqual(new Set(FailureRuleId.options));
    for (const [id, seen] of SEEN) expect(classifyFailure(seen).rule, JSON.stringify(seen)).toBe(id);
  });

  it('says by which fact it decided', () => {
    const { evidence } = classifyFailure(facts({ executorExit: ['137', '1'], stepState: ['FAILED'] }));
    expect(evidence).toEqual(['event log, exit status of a lost executor: 137']);
  });

  it('does not decide by what nobody knows', () => {
    const seen = facts({ stepState: ['RUNNING'] }, { appsPending: null, tasksEnded: 0, skewRatio: null });
    expect(classifyFailure(seen).rule).toBe('unknown');
  });

  it('takes an exception of the program for the cause, though spot nodes went as well', () => {
    const seen = facts({ stepState: ['FAILED'] }, { spotNodesLost: 3, decisiveExceptions: 1 });
    expect(classifyFailure(seen).rule).toBe('step-failure');
  });

  it('reaches every remedy, within the attempts that a job can allow', () => {
    const tried = FAILURE_POLICY.flatMap(({ id, remedies }) => {
      const seen = SEEN.find(([rule]) => rule === id)?.[1] ?? facts({});
      const sequence: string[] = [];
      for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
        const earlier = sequence.map(() => ({ rule: id }));
        const { remedy } = judgeFailure(seen, earlier, ATTEMPTS_MAX - attempt);
        sequence.push(remedy);
      }
      const wanted = remedies.flatMap(({ remedy, times }) => Array.from({ length: times }, () => remedy));
      expect(sequence, id).toEqual([
        ...wanted,
        ...Array.from({ length: ATTEMPTS_MAX - wanted.length }, () => 'stop-and-tell'),
      ]);
      return sequence;
    });
    expect(new Set(tried)).toEqual(new Set(Remedy.options));
  });

  it('refuses a row that makes no sense', () => {
    const row = failureRule('bootstrap-failure');
    const broken = [
      { ...row, wait: null },
      { ...row, remedies: [{ remedy: 'same-again', times: ATTEMPTS_MAX }] },
      { ...row, evidence: [[{ text: 'no-such-fact', anyOf: ['x'] }]] },
      { ...row, remedies: [{ remedy: 'stop-and-tell', times: 1 }] },
    ];
    for (const each of broken) expect(FailureRule.safeParse(each).success).toBe(false);
    expect(FailureRule.safeParse(row).success).toBe(true);
  });
});

describe('what follows a failure', () => {
  const denied = facts({ serviceError: ['AccessDenied'] });
  const noMemory = facts({ executorExit: ['137'] });

  it('is nothing for a missing right or a bad input, however many attempts are left', () => {
    for (const seen of [denied, facts({}, { inputBytes: 0 })]) {
      expect(judgeFailure(seen, [], 2)).toMatchObject({ remedy: 'stop-and-tell' });
    }
  });

  it('names what the pilot ended a flight for, whatever else was wrong', () => {
    const seen = (endedBy: string) => ({
      texts: { flightEndedBy: [endedBy], stepState: ['RUNNING'], clusterState: ['RUNNING'] },
      numbers: {},
    });
    expect(judgeFailure(seen('limit'), [], 2)).toMatchObject({
      rule: 'spend-limit',
      remedy: 'stop-and-tell',
    });
    expect(judgeFailure(seen('kill-switch'), [], 2)).toMatchObject({ rule: 'stopped-on-purpose' });
    expect(judgeFailure(seen('hung'), [], 2)).toMatchObject({ rule: 'hung-driver', remedy: 'same-again' });
    expect(judgeFailure(seen('starved'), [], 2)).toMatchObject({ rule: 'starvation' });
  });

  it('is nothing on the last attempt, though another might have helped', () => {
    expect(judgeFailure(noMemory, [], 0)).toMatchObject({ remedy: 'stop-and-tell' });
  });

  it('counts failures of the same kind only', () => {
    const earlier = [{ rule: 'spot-reclaim' as const }];
    expect(judgeFailure(noMemory, earlier, 1).remedy).toBe('more-executor-memory');
    expect(judgeFailure(noMemory, [{ rule: 'executor-out-of-memory' }], 1).remedy).toBe(
      'fewer-executors-per-node',
    );
  });

  it('tells all that was seen of a failure that no row knows', () => {
    const seen = facts({ failedState: ['CollectRun'], stateError: ['States.Timeout'] });
    expect(judgeFailure(seen, [], 1)).toMatchObject({
      rule: 'unknown',
      evidence: [
        'state of run-job that failed: CollectRun',
        'error name that the state machine caught: States.Timeout',
      ],
    });
  });
});

describe('the wait before another attempt', () => {
  const now = '2026-01-05T02:00:00.000Z';
  const inMinutes = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();
  const slowDown = { rule: 's3-slow-down', remedy: 'same-again' } as const;
  const waitOf = (failure: { rule: RuleId; remedy: Remedy }, before: number, minutesLeft: number, seed = 1) =>
    backOffSeconds(
      failure,
      Array.from({ length: before }, () => ({ rule: failure.rule })),
      { now, deadlineAt: inMinutes(minutesLeft) },
      seededRng(seed),
    );

  it('doubles, is partly random, and keeps to its row', () => {
    const first = Array.from({ length: 50 }, (_, seed) => waitOf(slowDown, 0, 600, seed));
    expect(Math.min(...first)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...first)).toBeLessThanOrEqual(120);
    expect(new Set(first).size).toBeGreaterThan(20);
    expect(waitOf(slowDown, 1, 600)).toBeCloseTo(2 * waitOf(slowDown, 0, 600), -1);
    expect(waitOf(slowDown, 9, 6000)).toBeLessThanOrEqual(600);
  });

  it('takes a tenth of the time that is left at most, so that the deadline is not thrown away', () => {
    expect(waitOf(slowDown, 1, 10)).toBe(60);
    expect(waitOf(slowDown, 0, -5)).toBeGreaterThanOrEqual(60);
  });

  it('is nothing when nothing follows', () => {
    expect(waitOf({ rule: 'access-denied', remedy: 'stop-and-tell' }, 0, 600)).toBe(0);
    expect(waitOf({ rule: 's3-slow-down', remedy: 'stop-and-tell' }, 2, 600)).toBe(0);
  });
});
