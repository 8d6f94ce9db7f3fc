import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../core/contracts/incident.ts';
import { Run } from '../../core/contracts/run.ts';
import { composeApprovalRequest } from '../../core/report/approval-request.ts';
import { composeSuperAlarm } from '../../core/report/super-alarm.ts';
import { handler as answerSlack } from '../../lambdas/answer-slack.ts';
import { countPoolOutcomes, poolBreakers } from '../../lambdas/aws/ledger-breakers.ts';
import { readControl, setControl } from '../../lambdas/aws/ledger-control.ts';
import { acknowledgementOf, silencesAt } from '../../lambdas/aws/ledger-incident-notes.ts';
import { changeIncidents } from '../../lambdas/aws/ledger-incidents.ts';
import { deleteItemIf } from '../../lambdas/aws/ledger-table.ts';
import { noteApproval, putOpenRun } from '../../lambdas/aws/ledger-open-runs.ts';
import { handler as receiveFromSlack } from '../../lambdas/receive-from-slack.ts';
import { knownOfReclaimed, reclaimed } from '../core/report/incident-fixtures.ts';
import { EXECUTION } from './account.ts';
import { openSlackAccount, type SlackAccount } from './slack-account.ts';
import type { Pressing } from './slack-receiver.ts';

const RUN = 'orders@2026-01-05T01:00:00.000Z';
const runThatWaits: Run = Run.parse({
  runKey: RUN,
  runHash: '0123456789ab',
  job: 'orders',
  scheduledAt: '2026-01-05T01:00:00.000Z',
  deadlineAt: '2026-01-05T05:00:00.000Z',
  executionArn: EXECUTION,
  admittedAt: '2026-01-05T01:00:00.000Z',
  jobRef: { key: 'k', sha256: 'a'.repeat(64), sizeBytes: 1 },
  attempt: 1,
});
const ANNA = 'anna (Slack U0ANNA)';
let own: SlackAccount;

beforeEach(async () => {
  own = await openSlackAccount();
  await tell({ ...reclaimed, version: 1 });
});
afterEach(() => own.close());

const nowIn = () => new Date(own.account.kernel.clock.nowMs());
const inLedger = <T>(act: (ledger: SlackAccount['account']['ledger']) => Promise<T>) =>
  own.account.kernel.settle(() => act(own.account.ledger));
const tell = async (incident: Incident, known = {}) => {
  const message = composeSuperAlarm(incident, { ...knownOfReclaimed, runToApprove: RUN, ...known });
  await own.send(message.forms!.json, { SLACK_BUTTONS: 'on' });
};
const receive = (request: object) => own.account.invoke(receiveFromSlack, request, own.environment);
const work = (body: string, changes = {}) => own.handOut(answerSlack, body, changes);
/** Presses a button, and lets the queue hand it out. */
const press = async (pressing: Omit<Pressing, 'now'>, changes = {}) => {
  expect(await receive(own.slack.press({ ...pressing, now: nowIn() }))).toEqual({ statusCode: 200 });
  return work(own.queued.at(-1) ?? '', changes);
};
const shown = () => [...own.slack.messages.values()][0]!;
const lastReply = () => shown().replies.at(-1) ?? '';
const buttonsShown = () =>
  shown().blocks.flatMap(({ elements }) => elements?.flatMap(({ action_id }) => action_id ?? []) ?? []);

describe('a button below an incident', () => {
  it('says that somebody has it in hand, in the message and to whoever else would be woken', async () => {
    expect(await press({ ask: 'flarepath-acknowledge' })).toEqual({ done: 'answered' });
    expect(await inLedger((ledger) => acknowledgementOf(ledger, [reclaimed.id]))).toMatchObject({ by: ANNA });
    expect(JSON.stringify(shown().blocks)).toContain(`In hand: ${ANNA}, 2026-01-05 00:00 UTC`);
    expect(buttonsShown()).not.toContain('flarepath-acknowledge');
    expect(lastReply()).toContain(`${ANNA} has it in hand`);
    await tell({ ...reclaimed, version: 2 });
    expect(JSON.stringify(shown().blocks)).toContain('In hand');
    expect(own.slack.messages.size).toBe(1);
  });

  it('silences what fires, for as long as was chosen', async () => {
    await inLedger((ledger) =>
      changeIncidents(ledger, nowIn(), () => ({ incidents: [{ ...reclaimed, version: 1 }] })),
    );
    await press({ ask: 'flarepath-silence', option: 1 });
    const silences = await inLedger((ledger) => silencesAt(ledger, nowIn()));
    expect(silences.map(({ match }) => match)).toEqual([
      { rule: 'spot-reclaim', source: 'emr', job: 'orders' },
      { rule: 'late', source: 'emr', job: 'orders' },
    ]);
    expect(silences[0]).toMatchObject({ by: ANNA, until: expect.stringMatching(/^2026-01-05T04:00:00/) });
    expect(lastReply()).toContain('until 2026-01-05 04:00 UTC');
  });

  it.each(['approve', 'decline'])('answers the plan that waits: %s, once', async (ask) => {
    await inLedger(async (ledger) => {
      await putOpenRun(ledger, runThatWaits, nowIn());
      const at = nowIn().toISOString();
      await noteApproval(ledger, RUN, { askedAt: at, remindAt: at, answerBy: at, taskToken: 'token' });
    });
    await press({ ask: `flarepath-${ask}` });
    expect(own.account.outside.completed).toEqual([{ taskToken: 'token', output: expect.any(String) }]);
    expect(JSON.parse(own.account.outside.completed[0]!.output)).toMatchObject({
      approved: ask === 'approve',
      by: ANNA,
    });
    expect(lastReply()).toContain(`${ANNA} ${ask}d ${RUN}`);
    await press({ ask: `flarepath-${ask}`, user: { id: 'U0BEN', username: 'ben' } });
    expect(own.account.outside.completed).toHaveLength(1);
    expect(lastReply()).toContain('No plan waits any more');
  });

  it('shows why: causes with their evidence, and why alarms are together', async () => {
    await press({ ask: 'flarepath-show-why' });
    expect(lastReply()).toContain('against: r5.xlarge in the same zone is still there');
    expect(lastReply()).toContain('opened it');
  });

  it('takes back what was done first, and leaves what people set', async () => {
    const pool = { instanceType: 'm5.xlarge', zone: 'us-east-1a', purchase: 'spot' as const, gave: false };
    const pause = { until: PAUSED_UNTIL, at: nowIn().toISOString() };
    await inLedger(async (ledger) => {
      await pauseForIncident(ledger);
      const theirs = { by: 'ben', reason: `${reclaimed.id}: a move` };
      await setControl(ledger, { kind: 'pause', set: { job: 'billing', ...pause, ...theirs } });
      await countPoolOutcomes(ledger, [pool], reclaimed.id, nowIn());
      await countPoolOutcomes(ledger, [{ ...pool, zone: 'us-east-1b' }], 'an attempt', nowIn());
    });
    await press({ ask: 'flarepath-undo' });
    const { pauses } = await inLedger(readControl);
    expect(pauses.map(({ job }) => job)).toEqual(['billing']);
    const breakers = await inLedger(poolBreakers);
    expect(breakers.map(({ zone, failures }) => `${zone} ${failures}`).sort()).toEqual([
      'us-east-1a 0',
      'us-east-1b 1',
    ]);
    expect(lastReply()).toContain('orders: the pause until 2026-01-05 09:00 UTC has ended.');
    expect(lastReply()).toContain('m5.xlarge in us-east-1a (spot) is asked again.');
    await press({ ask: 'flarepath-undo' });
    expect(lastReply()).toContain('Nothing that was done first holds any more.');
  });

  it('is not there when it could do nothing', async () => {
    expect(buttonsShown()).toHaveLength(6);
    const over = { state: 'closed' as const, closedAt: '2026-01-05T02:30:00.000Z' };
    await tell({ ...reclaimed, ...over, version: 2 }, { actions: [] });
    expect(buttonsShown()).toEqual(['flarepath-show-why']);
  });
});

describe('a plan that waits', () => {
  const question = (askedAt: string) => ({
    run: runThatWaits,
    summary: {
      ...{ plan: { key: 'k', sha256: 'b'.repeat(64), sizeBytes: 1 }, launch: 'ask' as const },
      ...{ expectedCostUsd: 9, lateProbability: 0.02, missLikely: false },
      launchReason: 'It is above its target <!channel>.',
      description: '12 m5.2xlarge on spot in us-east-1a',
    },
    taskToken: 'secret-token',
    region: 'us-east-1',
    askedAt,
    answerBy: '2026-01-05T02:00:00.000Z',
  });
  const ask = async (askedAt: string, buttons = 'on') => {
    const { forms } = composeApprovalRequest(question(askedAt));
    const done = await own.send(forms!.json, { SLACK_BUTTONS: buttons });
    await inLedger(async (ledger) => {
      await putOpenRun(ledger, runThatWaits, nowIn());
      const approval = { askedAt, remindAt: askedAt, answerBy: askedAt, taskToken: `token of ${askedAt}` };
      await noteApproval(ledger, RUN, approval);
    });
    return done;
  };
  const asked = () => [...own.slack.messages.values()].at(-1)!;
  const FIRST = '2026-01-05T01:00:00.000Z';
  const AGAIN = '2026-01-05T01:10:00.000Z';

  it('is asked about with what an answer needs, and without its token', async () => {
    await ask(FIRST);
    const text = JSON.stringify(asked());
    for (const says of ['Approve orders? 9.00 USD', '12 m5.2xlarge on spot', 'Answer by: 2026-01-05 02:00'])
      expect(text).toContain(says);
    expect(JSON.stringify(own.slack.calls)).not.toMatch(/secret-token|<!channel>/);
  });

  it('is answered by a button, and says so in place of its buttons', async () => {
    await ask(FIRST);
    await press({ ask: 'flarepath-approve' });
    expect(own.account.outside.completed).toMatchObject([{ taskToken: `token of ${FIRST}` }]);
    expect(JSON.stringify(asked().blocks)).toContain(`${ANNA} approved ${RUN}`);
    expect(asked().blocks.map(({ type }) => type)).not.toContain('actions');
  });

  it('is not answered by a button of a question that another one replaced', async () => {
    await ask(FIRST);
    await receive(own.slack.press({ ask: 'flarepath-approve', now: nowIn() }));
    await inLedger((ledger) =>
      noteApproval(ledger, RUN, { askedAt: AGAIN, remindAt: AGAIN, answerBy: AGAIN, taskToken: 'another' }),
    );
    await work(own.queued.at(-1)!);
    expect(own.account.outside.completed).toEqual([]);
  });

  it('is not answered by a button of the question before, pressed just before the message changed', async () => {
    await ask(FIRST);
    await receive(own.slack.press({ ask: 'flarepath-approve', now: nowIn() }));
    await ask(AGAIN);
    await work(own.queued.at(-1)!);
    expect(own.account.outside.completed).toEqual([]);
    expect(asked().replies.at(-1)).toContain('No plan waits any more');
  });

  it('says that it may have answered when it was cut off before that was written down', async () => {
    await ask(FIRST);
    await receive(own.slack.press({ ask: 'flarepath-approve', now: nowIn() }));
    const { id } = JSON.parse(own.queued.at(-1)!);
    await work(own.queued.at(-1)!);
    await inLedger(async (ledger) => {
      await deleteItemIf(ledger, { pk: `SLACK-PRESS#${id}`, sk: 'OUTCOME' }, 'sk = :it', {
        ':it': 'OUTCOME',
      });
    });
    await work(own.queued.at(-1)!, { tries: 2 });
    expect(own.account.outside.completed).toHaveLength(1);
    expect(asked().replies.at(-1)).toContain(
      `It may be this press that answered it: ${ANNA} would have it approved`,
    );
  });

  it('stays one message when it is asked about again', async () => {
    await ask(FIRST);
    expect(await ask(AGAIN)).toEqual({ done: 'updated' });
    expect(await ask(FIRST)).toEqual({ done: 'older' });
    expect(asked().replies).toHaveLength(1);
    expect(own.slack.messages.size).toBe(2);
  });

  it('names the command line where no button would reach anybody', async () => {
    await ask(FIRST, 'off');
    expect(JSON.stringify(asked().blocks)).toContain(`npx flarepath approve ${RUN} --reason TEXT`);
    expect(asked().blocks.map(({ type }) => type)).not.toContain('actions');
  });
});

describe('a press that is handed out again', () => {
  it('is not done again, and says what it said', async () => {
    await inLedger(async (ledger) => {
      await putOpenRun(ledger, runThatWaits, nowIn());
      const at = nowIn().toISOString();
      await noteApproval(ledger, RUN, { askedAt: at, remindAt: at, answerBy: at, taskToken: 'token' });
    });
    await receive(own.slack.press({ ask: 'flarepath-approve', now: nowIn() }));
    own.slack.refuseNext({ status: 429, headers: { 'retry-after': '7' } });
    await expect(work(own.queued[0]!)).rejects.toMatchObject({ name: 'SlackThrottledError' });
    expect(own.hidden).toEqual([7]);
    await work(own.queued[0]!, { tries: 2 });
    expect(own.account.outside.completed).toHaveLength(1);
    expect(lastReply()).toContain(`${ANNA} approved ${RUN}`);
  });
});

describe('whoever may not', () => {
  it('is told so, and may ask why all the same', async () => {
    const users = { SLACK_USERS: 'U0BEN U0CARL' };
    await inLedger(pauseForIncident);
    expect(await press({ ask: 'flarepath-undo' }, users)).toEqual({ done: 'refused' });
    expect((await inLedger(readControl)).pauses).toHaveLength(1);
    expect(lastReply()).toContain('anna may not do this');
    expect(await press({ ask: 'flarepath-show-why' }, users)).toEqual({ done: 'answered' });
  });

  it('presses a button of another message in vain', async () => {
    await inLedger(pauseForIncident);
    await receive(own.slack.press({ ask: 'flarepath-undo', now: nowIn() }));
    const elsewhere = { ...JSON.parse(own.queued[0]!), messageTs: '1.1' };
    expect(await work(JSON.stringify(elsewhere))).toEqual({ done: 'not ours' });
    expect((await inLedger(readControl)).pauses).toHaveLength(1);
    expect(own.slack.calls.at(-1)?.body).toMatchObject({
      thread_ts: '1.1',
      text: expect.stringContaining('Nothing was done'),
    });
    own.slack.refuseNext({ status: 200, json: { ok: false, error: 'thread_not_found' } });
    expect(await work(JSON.stringify(elsewhere))).toEqual({ done: 'not ours' });
  });
});

const PAUSED_UNTIL = '2026-01-05T09:00:00.000Z';
function pauseForIncident(ledger: SlackAccount['account']['ledger']) {
  const set = { job: 'orders', until: PAUSED_UNTIL, at: nowIn().toISOString(), by: 'flarepath' };
  return setControl(ledger, { kind: 'pause', set: { ...set, reason: `${reclaimed.id}: pause it` } });
}
