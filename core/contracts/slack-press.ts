import * as z from 'zod';
import { Instant } from './quantities.ts';

/** What people may ask for with a button below an incident, as the buttons are named in Slack. */
export const SlackAsk = z.enum([
  'flarepath-acknowledge',
  'flarepath-silence',
  'flarepath-approve',
  'flarepath-decline',
  'flarepath-show-why',
  'flarepath-undo',
]);
export type SlackAsk = z.infer<typeof SlackAsk>;

/** For how long alarms may be silent: the choices of the menu. */
export const SILENCE_HOURS = [1, 4, 24] as const;

/** What a message in Slack is about: an incident, or the plan of an attempt that waits. */
const SlackSubject = z.templateLiteral([z.enum(['INCIDENT', 'PLAN']), '#', z.string().min(1).max(150)]);
export type SlackSubject = z.infer<typeof SlackSubject>;

/** Somebody pressed a button in Slack, and Slack signed it. */
export const SlackPress = z.object({
  /** the signature: no two presses have the same, and each counts once */
  id: z.string().regex(/^[0-9a-f]{64}$/),
  at: Instant,
  user: z.object({ id: z.string().min(1), name: z.string().min(1) }),
  /** where the message with the button is */
  channel: z.string().min(1),
  messageTs: z.string().min(1),
  subject: SlackSubject,
  ask: SlackAsk,
  /** of the question whose button it is; null, or absent in presses of earlier versions: the button did not say */
  askedAt: Instant.nullable().optional(),
  /** of a silence; null, or absent in presses that an earlier version queued: something else was asked for */
  hours: z.literal(SILENCE_HOURS).nullable().optional(),
});
export type SlackPress = z.infer<typeof SlackPress>;
