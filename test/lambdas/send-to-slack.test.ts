import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Incident } from '../../core/contracts/incident.ts';
import { composeSuperAlarm } from '../../core/report/super-alarm.ts';
import type { KnownOfIncident } from '../../core/report/super-alarm-of.ts';
import { knownOfReclaimed, reclaimed } from '../core/report/incident-fixtures.ts';
import { BOT_SECRET, openSlackAccount, TOKEN, type SlackAccount } from './slack-account.ts';

let own: SlackAccount;
let slack: SlackAccount['slack'];
let tries: number;

beforeEach(async () => {
  own = await openSlackAccount();
  ({ slack } = own);
  tries = 1;
});
afterEach(() => own.close());

const send = (body: string, changes = {}) => own.send(body, { tries, ...changes });
const tell = (changes: Partial<Incident> = {}, known: KnownOfIncident = {}, environment = {}) =>
  send(composeSuperAlarm({ ...reclaimed, ...changes }, known).forms!.json, environment);
const methods = () => slack.calls.map(({ method, body }) => `${method}${body.thread_ts ? ' reply' : ''}`);

describe('an incident in Slack', () => {
  it('is one message, changed in place, with replies in its thread, and says when it is over', async () => {
    expect(await tell()).toEqual({ done: 'posted' });
    expect(await tell({ version: 5 }, knownOfReclaimed)).toEqual({ done: 'updated' });
    const closed = { version: 6, state: 'closed' as const, closedAt: '2026-01-05T02:30:00.000Z' };
    expect(await tell(closed, knownOfReclaimed)).toEqual({ done: 'updated' });
    expect([...slack.messages.values()]).toHaveLength(1);
    const [message] = slack.messages.values();
    expect(message?.text).toContain('Over');
    expect(message?.replies[0]).toContain('Was warning, is critical.');
    expect(message?.replies[0]).toContain('for: 4 of 6 instances there are gone');
    expect(message?.replies[1]).toContain('Over: open from 2026-01-05 02:00 UTC');
    expect(methods()).toEqual([
      'chat.postMessage',
      'chat.update',
      'chat.postMessage reply',
      'chat.update',
      'chat.postMessage reply',
    ]);
    expect(slack.calls[0]?.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('gets no reply while nothing changed that people would act on', async () => {
    await tell({}, knownOfReclaimed);
    await tell({ version: 5, lastNoticeAt: '2026-01-05T02:04:00.000Z' }, knownOfReclaimed);
    expect(methods()).toEqual(['chat.postMessage', 'chat.postMessage reply', 'chat.update']);
  });

  it('is not told again by a message that came twice, or late', async () => {
    await tell({ version: 5 });
    expect(await tell({ version: 5 })).toEqual({ done: 'older' });
    expect(await tell({ version: 4 })).toEqual({ done: 'older' });
    expect(slack.calls).toHaveLength(1);
  });

  it('is told again when something graver is at stake by the same alarms, and not when it is less', async () => {
    const impact = { ...knownOfReclaimed.impact!, severity: 'medium' as const };
    await tell({}, { ...knownOfReclaimed, impact });
    expect(await tell({}, knownOfReclaimed)).toEqual({ done: 'updated' });
    expect([...slack.messages.values()][0]?.replies.at(-1)).toContain('Was medium, is critical.');
    expect(await tell({}, { ...knownOfReclaimed, impact })).toEqual({ done: 'older' });
  });

  it('is posted anew when somebody deleted its message', async () => {
    await tell();
    slack.messages.clear();
    expect(await tell({ version: 5 })).toEqual({ done: 'posted' });
    expect(slack.messages.size).toBe(1);
  });

  it('is told by one function at a time', async () => {
    const item = {
      pk: 'INCIDENT#inc-2026-01-05-7f3a',
      sk: 'SLACK',
      channel: null,
      ts: null,
      version: 0,
      told: null,
    };
    const { putItem } = await import('../../lambdas/aws/ledger-table.ts');
    const until = new Date(Date.now() + 60_000).toISOString();
    await own.account.kernel.settle(() => putItem(own.account.ledger, { ...item, claimedUntil: until }));
    await expect(tell()).rejects.toMatchObject({ name: 'SlackBusyError' });
    expect(slack.calls).toHaveLength(0);
    await own.account.kernel.settle(() =>
      putItem(own.account.ledger, { ...item, claimedUntil: '2026-01-01T00:00:00.000Z' }),
    );
    expect(await tell()).toEqual({ done: 'posted' });
  });
});

describe('what Slack does not take', () => {
  it('waits as long as Slack says, a quarter of an hour at most, and is told then', async () => {
    slack.refuseNext(
      { status: 429, headers: { 'retry-after': '97' } },
      { status: 429, headers: { 'retry-after': '86400' } },
    );
    await expect(tell()).rejects.toMatchObject({ name: 'SlackThrottledError', retryable: true });
    await expect(tell()).rejects.toMatchObject({ name: 'SlackThrottledError' });
    expect(own.hidden).toEqual([97, 900]);
    expect(await tell()).toEqual({ done: 'posted' });
  });

  it('is tried again later each time when Slack fails', async () => {
    for (tries = 1; tries <= 7; tries += 1) {
      slack.refuseNext({ status: 500 });
      await expect(tell()).rejects.toMatchObject({ name: 'SlackUnavailableError', retryable: true });
    }
    expect(own.hidden).toEqual([30, 60, 120, 240, 480, 900, 900]);
    expect(await tell()).toEqual({ done: 'posted' });
  });

  it('is tried again when Slack does not answer in time', async () => {
    slack.refuseNext({ status: 200, silent: true });
    await expect(tell({}, {}, { SLACK_TIMEOUT_MILLISECONDS: '50' })).rejects.toMatchObject({
      name: 'SlackUnavailableError',
    });
    expect(await tell()).toEqual({ done: 'posted' });
  });

  it('stays one message when only its reply failed', async () => {
    await tell();
    slack.refuseNext(
      { status: 200, json: { ok: true, channel: 'C0DATA', ts: slack.messages.keys().next().value } },
      { status: 503 },
    );
    await expect(tell({ version: 5 }, knownOfReclaimed)).rejects.toMatchObject({
      name: 'SlackUnavailableError',
    });
    expect(await tell({ version: 5 }, knownOfReclaimed)).toEqual({ done: 'updated' });
    const [message] = slack.messages.values();
    expect(slack.messages.size).toBe(1);
    expect(message?.replies).toHaveLength(1);
  });

  it('stays one message when its first reply failed', async () => {
    slack.refuseNext({ status: 200, json: { ok: true, channel: 'C0DATA', ts: '1.1' } }, { status: 503 });
    slack.messages.set('1.1', { text: '', blocks: [], replies: [] });
    await expect(tell({}, knownOfReclaimed)).rejects.toMatchObject({ name: 'SlackUnavailableError' });
    await tell({}, knownOfReclaimed);
    expect(slack.messages.size).toBe(1);
    expect(methods().slice(2)).toEqual(['chat.update', 'chat.postMessage reply']);
  });

  it('says what to do about a channel that is not there, and never the token', async () => {
    const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const failure = await tell({}, {}, { SLACK_CHANNEL: 'nowhere', POWERTOOLS_LOG_LEVEL: 'DEBUG' }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'SlackRefusedError', retryable: false });
    expect(String(failure)).toContain('channel_not_found');
    own.secrets.set(BOT_SECRET, `{"botToken": "${TOKEN.replace('xoxb', 'xoxp')}"}`);
    const other = await tell().catch((error: unknown) => error);
    const said = JSON.stringify([String(failure), String(other), output.mock.calls]);
    output.mockRestore();
    expect(String(other)).toContain('docs/operations/slack.md');
    expect(said).not.toContain('very-secret');
  });

  it('is parked by the queue when nothing can read it', async () => {
    await expect(send('not json')).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(own.hidden).toHaveLength(1);
  });
});
