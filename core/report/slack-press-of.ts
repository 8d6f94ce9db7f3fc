import * as z from 'zod';
import { SlackPress, type SlackSubject } from '../contracts/slack-press.ts';
import { oneLine } from './plain-text.ts';

const NAME = 80;
const ID = 200;

/**
 * The parts of Slack's `block_actions` that are read.
 *
 * @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
const BlockActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({
    id: z.string().min(1).max(NAME),
    username: z.string().optional(),
    name: z.string().optional(),
  }),
  channel: z.object({ id: z.string().min(1).max(NAME) }),
  container: z.object({ message_ts: z.string().min(1).max(NAME) }),
  actions: z.tuple([
    z.object({
      action_id: z.string(),
      value: z.string().max(ID).optional(),
      selected_option: z.object({ value: z.string().max(ID) }).nullish(),
    }),
  ]),
});

/** What a button below a question hands back. */
export function answerValue(subject: SlackSubject, askedAt: string): string {
  return `${askedAt} ${subject}`;
}

/** What an option of the menu of silences hands back. */
export function silenceValue(subject: SlackSubject, hours: number): string {
  return `${hours} ${subject}`;
}

/**
 * What was pressed, from the body of a request that Slack signed.
 *
 * @param form  the body: a form with the field `payload`, JSON
 * @param signature  64 hexadecimal digits
 * @param at  ISO 8601 instant
 * @returns null when it is no press of a button of this project
 */
export function slackPressOf(form: string, signature: string, at: string): SlackPress | null {
  const payload = BlockActions.safeParse(jsonOrNull(new URLSearchParams(form).get('payload')));
  if (!payload.success) return null;
  const { user, channel, container, actions } = payload.data;
  const [{ action_id: ask, value, selected_option: option }] = actions;
  const press = SlackPress.safeParse({
    id: signature,
    at,
    user: { id: user.id, name: oneLine(user.username ?? user.name ?? '', NAME) || user.id },
    channel: channel.id,
    messageTs: container.message_ts,
    ask,
    ...choiceOf(option?.value ?? value ?? ''),
  });
  return press.success ? press.data : null;
}

/** A button hands back what its message is about, before it the hours of a silence, or when a question was asked. */
function choiceOf(value: string): { subject: string; hours: number | null; askedAt: string | null } {
  const [, before, subject = value] = /^(\d\S*) (.+)$/s.exec(value) ?? [];
  if (before === undefined) return { subject, hours: null, askedAt: null };
  const isHours = /^\d+$/.test(before);
  return { subject, hours: isHours ? Number(before) : null, askedAt: isHours ? null : before };
}

function jsonOrNull(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
