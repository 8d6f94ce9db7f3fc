import type { SuperAlarm } from '../../core/contracts/super-alarm.ts';
import { slackMessageOf, slackReplyOf, toldInSlack } from '../../core/report/super-alarm-slack.ts';
import { claimSlack, keepSlack, type SlackItem } from '../aws/ledger-slack.ts';
import type { Ledger } from '../aws/ledger-table.ts';
import { callSlack, SlackRefusedError, type Posted, type SlackAccess } from './web-api.ts';

/** What Slack says of a message that somebody deleted, or that it no longer lets us change. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** How Slack is reached, and what is known of what it shows. */
export interface ToSlack {
  readonly ledger: Ledger;
  readonly access: SlackAccess;
  readonly now: Date;
}

/** The same, and where incidents are told that were not told yet. */
interface ToChannel extends ToSlack {
  readonly channel: string;
  /** whether messages have buttons */
  readonly buttons: boolean;
}

/**
 * Tells Slack of an incident: one message, changed in place, with replies in its thread. What is older than what was
 * told is passed over. Cut off between a call and its note, the same is told again: twice is better than never.
 *
 * @returns what was done
 * @throws the errors of callSlack and of the ledger; the incident is free for the next try then
 */
export async function tellSlack(told: SuperAlarm, to: ToChannel): Promise<'posted' | 'updated' | 'older'> {
  const { ledger, access, now } = to;
  const before = await claimSlack(ledger, told.incidentId, now);
  let item = before;
  try {
    if (before.version >= told.version) return 'older';
    const posted = await postOrUpdate(told, before, to);
    // before the reply: should that fail, the next try changes this message and posts no second one
    item = { ...before, ...posted, message: told };
    const reply = slackReplyOf(told, before.told);
    if (reply !== null) {
      await callSlack(access, 'chat.postMessage', {
        channel: posted.channel,
        thread_ts: posted.ts,
        ...reply,
        unfurl_links: false,
      });
    }
    item = { ...item, version: told.version, told: toldInSlack(told) };
    return before.ts === posted.ts ? 'updated' : 'posted';
  } finally {
    await keepSlack(ledger, told.incidentId, item, now);
  }
}

async function postOrUpdate(
  told: SuperAlarm,
  { channel: where, ts }: SlackItem,
  to: ToChannel,
): Promise<Posted> {
  const { access, channel, buttons } = to;
  const message = slackMessageOf(told, buttons);
  if (where !== null && ts !== null) {
    try {
      return await callSlack(access, 'chat.update', { channel: where, ts, ...message });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  return callSlack(access, 'chat.postMessage', { channel, ...message, unfurl_links: false });
}

function isGone(error: unknown): boolean {
  return error instanceof SlackRefusedError && GONE.has(error.reason);
}
