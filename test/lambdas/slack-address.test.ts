/** The one address that the public can reach: what it takes, and what it refuses. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeSuperAlarm } from '../../core/report/super-alarm.ts';
import { secretText } from '../../lambdas/aws/secrets.ts';
import { handler as receiveFromSlack } from '../../lambdas/receive-from-slack.ts';
import { readSigningSecret } from '../../lambdas/slack/read-secret.ts';
import { verifyRequest } from '../../lambdas/slack/verify-request.ts';
import { knownOfReclaimed, reclaimed } from '../core/report/incident-fixtures.ts';
import { openSlackAccount, SIGNING_SECRET, type SlackAccount } from './slack-account.ts';
import { signed } from './slack-receiver.ts';

let own: SlackAccount;

beforeEach(async () => {
  own = await openSlackAccount();
  const message = composeSuperAlarm({ ...reclaimed, version: 1 }, knownOfReclaimed);
  await own.send(message.forms!.json, { SLACK_BUTTONS: 'on' });
});
afterEach(() => own.close());

const nowIn = () => new Date(own.account.kernel.clock.nowMs());
const receive = (request: object) => own.account.invoke(receiveFromSlack, request, own.environment);

describe('the public address', () => {
  const genuine = (now = nowIn()) => own.slack.press({ ask: 'flarepath-show-why', now });
  const minutesAway = (minutes: number) => new Date(nowIn().getTime() + minutes * 60_000);

  it('takes what Slack signed, and has it done elsewhere', async () => {
    expect(await receive(genuine())).toEqual({ statusCode: 200 });
    expect(own.queued).toHaveLength(1);
    expect(own.slack.calls).toHaveLength(2);
  });

  it.each([
    ['without a signature', () => ({ ...genuine(), headers: {} })],
    ['signed with another secret', () => signed('payload=%7B%7D', 'f'.repeat(32), nowIn())],
    ['changed after it was signed', () => ({ ...genuine(), body: 'cGF5bG9hZD0lN0IlN0Q=' })],
    ['more than five minutes old', () => genuine(minutesAway(-5.1))],
    ['of a time to come', () => genuine(minutesAway(5.1))],
  ])('refuses a request %s', async (_, request) => {
    expect(await receive(request())).toEqual({ statusCode: 401 });
    expect(own.queued).toEqual([]);
  });

  it('takes what is nearly five minutes old', async () => {
    expect(await receive(genuine(minutesAway(-4.9)))).toEqual({ statusCode: 200 });
  });

  it('takes what is signed with a rotated secret half a minute after it read the one before', async () => {
    const rotated = 'f'.repeat(32);
    const { kernel, ledger } = own.account;
    const isGenuine = (secret: string) => {
      const { headers, body } = signed('payload=x', secret, nowIn());
      const request = { headers, body: Buffer.from(body, 'base64') };
      const known = async (doubted: boolean) =>
        readSigningSecret(await secretText(ledger.clients, SIGNING_SECRET, nowIn(), doubted));
      return kernel.settle(async () => (await verifyRequest(request, nowIn(), known)).genuine);
    };
    expect(await isGenuine(own.slack.signingSecret)).toBe(true);
    own.secrets.set(SIGNING_SECRET, JSON.stringify({ signingSecret: rotated }));
    expect(await isGenuine(rotated)).toBe(false);
    expect(own.secretsAsked.filter((arn) => arn === SIGNING_SECRET)).toHaveLength(1);
    await kernel.runUntil(nowIn().getTime() + 31_000);
    expect(await isGenuine(rotated)).toBe(true);
    expect(await isGenuine(own.slack.signingSecret)).toBe(false);
  });

  it('refuses a request that came before', async () => {
    const request = genuine();
    await receive(request);
    expect(await receive(request)).toEqual({ statusCode: 409 });
    expect(own.queued).toHaveLength(1);
  });

  it.each([
    'payload=%7B%22type%22%3A%22view_submission%22%7D',
    'payload=no+JSON',
    '{"type":"url_verification"}',
    '',
  ])('refuses what is no press of a button: %s', async (body) => {
    expect(await receive(signed(body, own.slack.signingSecret, nowIn()))).toEqual({ statusCode: 400 });
  });

  it('refuses a huge body without a look at its signature', async () => {
    const request = signed('x'.repeat(200_000), own.slack.signingSecret, nowIn());
    expect(await receive(request)).toEqual({ statusCode: 413 });
    await receive({ body: 'x', headers: { 'x-slack-signature': 'v0=1' } });
    expect(own.secretsAsked.filter((arn) => arn.includes('signing'))).toEqual([]);
  });
});
