/** A flight is given up for a fresh attempt only where that one follows, at once and unasked. */
import { describe, expect, it } from 'vitest';
import type { DeployedJob } from '../../core/contracts/job.ts';
import type { PilotDecision } from '../../core/contracts/flight.ts';
import { decide } from '../../core/pilot/decide.ts';
import { loadShownBy, mayBeginAnew } from '../../lambdas/aws/fresh-launch.ts';
import { decisionAt, decisionsOf, keepDecision, newestDecision } from '../../lambdas/aws/ledger-decisions.ts';
import { putRecord } from '../../lambdas/aws/ledger-records.ts';
import { claimSpend } from '../../lambdas/aws/ledger-spend.ts';
import { inDanger } from '../core/pilot/resizing/flight-in-danger.ts';
import { situationAt } from '../core/pilot/flights.ts';
import { record as recordOf } from '../core/ledger/run-fixtures.ts';
import { openAccount } from './account.ts';
import { claim, NO_LIMITS } from './reservations.ts';

const danger = inDanger();
const at = new Date(danger.now);
const job = {
  ...{ name: 'orders', autonomy: 'auto', maxAttempts: 3 },
  budget: { perRun: { targetUsd: 5, limitUsd: 10 }, monthlyLimitUsd: 20 },
} as DeployedJob;
const needs = { reserveUsd: 4, onDemandVcpus: 24, spotVcpus: 40, quotaOnDemand: null, quotaSpot: null };
const fresh = { lateProbability: 0.05, costUsd: 4, fleet: '64 vCPUs', needs };
const options = { surveyedAt: danger.now, holdCostUsd: 5, task: null, fresh };
const question = {
  ...{ asks: false, job, at, log: { info: () => undefined } },
  control: { killSwitch: null, pauses: [], overrides: [] },
  deployment: { accountMonthUsd: null, launchesPerHour: 10 },
};

describe('a fresh attempt', () => {
  it('may be begun, once a run, with its month and its hour allowing', async () => {
    const { ledger, kernel } = await openAccount();
    const may = (attempt: number, change = {}, seen = {}) =>
      kernel.settle(() =>
        mayBeginAnew(
          ledger,
          { ...danger, options, ...seen, run: { ...danger.run, attempt } },
          { ...question, ...change },
        ),
      );
    expect(await may(1)).toBe(true);
    expect(await may(3)).toBe(false);
    expect(await may(1, { job: { ...job, autonomy: 'approve' } })).toBe(false);
    expect(await may(1, { asks: true }, { options: undefined })).toBe(true);
    expect(await may(1, { asks: false }, { options: undefined })).toBe(false);
    const given = { rule: 'outpaced' as const, evidence: [], remedy: 'same-again' as const };
    const { job: name, runKey, scheduledAt } = danger.run;
    const record = { ...recordOf({ attempt: 1 }), job: name, runKey, scheduledAt, failure: given };
    await kernel.settle(() => putRecord(ledger, record, null));
    expect(await may(2)).toBe(false);
    const month = danger.run.scheduledAt.slice(0, 7);
    const spent = { ...claim({ job: 'orders', month, microUsd: 17e6 }), limits: NO_LIMITS };
    await kernel.settle(() => claimSpend(ledger, spent, at));
    expect(await may(1)).toBe(false);
  });

  it('is planned for the load that the flight before showed', async () => {
    const { ledger, kernel } = await openAccount();
    const inputBytes = Array.from({ length: 9 }, (_, i) => 1000 + i);
    const decision = { ...decide(danger), beginsAnew: true, shownInputBytes: inputBytes };
    await kernel.settle(() => keepDecision(ledger, decision));
    const failure = { rule: 'outpaced' as const, evidence: [], remedy: 'same-again' as const };
    const shown = (rule: 'outpaced' | 'node-lost') =>
      kernel.settle(() =>
        loadShownBy(ledger, decision.runKey, [
          { record: { attempt: decision.attempt, failure: { ...failure, rule } }, plan: null },
        ]),
      );
    expect(await shown('outpaced')).toEqual(inputBytes);
    expect(await shown('node-lost')).toBeNull();
  });
});

describe('decisions of a run', () => {
  it('are found by attempt, the newest of them being the last attempt’s, from the tenth on, too', async () => {
    const { ledger, kernel } = await openAccount();
    const made = decide(situationAt(30, 0.3));
    const of = (attempt: number, look: number): PilotDecision => ({ ...made, attempt, look });
    const seen = await kernel.settle(async () => {
      for (const attempt of [1, 9, 10, 11, 100]) {
        await keepDecision(ledger, of(attempt, 1));
        expect((await newestDecision(ledger, made.runKey))?.attempt).toBe(attempt);
      }
      const ones = await decisionsOf(ledger, made.runKey, 1, 10);
      return { ones, tenth: await decisionAt(ledger, made.runKey, 10, 1) };
    });
    expect(seen.ones.map(({ attempt }) => attempt)).toEqual([1]);
    expect(seen.tenth?.attempt).toBe(10);
  });
});
