import type { SlackMessage } from '../../core/report/super-alarm-slack.ts';
import type { SlackItem } from '../aws/ledger-slack.ts';
import type { Ledger } from '../aws/ledger-table.ts';
import { callSlack, SlackRefusedError, type Posted, type SlackAccess } from './web-api.ts';

/** What Slack says of a message that somebody deleted, or that it no longer lets us change. */
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);

/** How Slack is reached, and what is known of what it shows. */
export interface ToSlack {
  readonly ledger: Ledger;
  readonly access: SlackAccess;
  /** whether messages have buttons */
  readonly buttons: boolean;
  readonly now: Date;
}

/** The same, and where that is told which was not told yet. */
export interface ToChannel extends ToSlack {
  readonly channel: string;
}

/** Changes the message that stands, or posts one where none does. */
export async function postOrUpdate(
  message: SlackMessage,
  standing: SlackItem,
  { access, channel }: ToChannel,
): Promise<Posted> {
  return (
    (await update(message, standing, access)) ??
    callSlack(access, 'chat.postMessage', { channel, ...message, unfurl_links: false })
  );
}

/** Changes the message that stands. @returns null when none does, or somebody deleted it */
export async function update(
  message: SlackMessage,
  { channel, ts }: Pick<SlackItem, 'channel' | 'ts'>,
  access: SlackAccess,
): Promise<Posted | null> {
  if (channel === null || ts === null) return null;
  try {
    return await callSlack(access, 'chat.update', { channel, ts, ...message });
  } catch (error) {
    if (error instanceof SlackRefusedError && GONE.has(error.reason)) return null;
    throw error;
  }
}

/** Says something in a message's thread. */
export async function reply(message: SlackMessage, to: Posted, access: SlackAccess): Promise<void> {
  await callSlack(access, 'chat.postMessage', {
    channel: to.channel,
    thread_ts: to.ts,
    ...message,
    unfurl_links: false,
  });
}

/** Says what is good to know and not needed: that Slack refuses it, as when the thread is gone, is no failure. */
export async function unlessRefused(say: () => Promise<void>): Promise<void> {
  try {
    await say();
  } catch (error) {
    if (!(error instanceof SlackRefusedError)) throw error;
  }
}
