import * as z from 'zod';
import { Instant } from '../../core/contracts/quantities.ts';
import { PlanQuestion } from '../../core/contracts/plan-question.ts';
import type { SlackSubject } from '../../core/contracts/slack-press.ts';
import { SuperAlarm } from '../../core/contracts/super-alarm.ts';
import { RetryableError } from '../../core/errors.ts';
import { afterSeconds } from '../../core/units.ts';
import { expiryAfterDays, getItem, putItem, putItemIf, type Ledger } from './ledger-table.ts';

/** Another message about the same thing is on its way to Slack. */
class SlackBusyError extends RetryableError {
  override readonly name = 'SlackBusyError';
}

const KEPT_DAYS = 90;
/** Longer than a function that sends may run. */
const CLAIM_SECONDS = 60;

const SlackItem = z.object({
  /** null: not posted yet */
  channel: z.string().nullable(),
  ts: z.string().nullable(),
  /** of the incident or of the question, as last told; 0: never */
  version: z.number().int().nonnegative(),
  told: z
    .object({
      state: z.enum(['open', 'held', 'closed', 'merged']),
      gravity: z.string(),
      cause: z.string().nullable(),
      actions: z.number().int().nonnegative(),
    })
    .nullable(),
  /** all that was last told, to draw the message again; absent in items of earlier versions */
  message: SuperAlarm.optional(),
  /** the plan that people were asked about; absent: it tells of an incident */
  plan: PlanQuestion.optional(),
  /** how they answered, in one sentence */
  answered: z.string().optional(),
  /** rises with each claim that was given back: a writer that read before reads again; absent: 0 */
  writes: z.number().int().nonnegative().optional(),
  /** until then only one writer sends; absent: nobody does */
  claimedUntil: Instant.optional(),
});
export type SlackItem = z.infer<typeof SlackItem>;

const NEVER: SlackItem = { channel: null, ts: null, version: 0, told: null };

const keyOf = (subject: SlackSubject) => ({ pk: subject, sk: 'SLACK' });

/** What was told of something; undefined: nothing yet. */
export async function slackItemOf(ledger: Ledger, subject: SlackSubject): Promise<SlackItem | undefined> {
  return getItem(ledger, keyOf(subject), SlackItem);
}

/**
 * Makes the caller the only one who tells of something, for a minute.
 *
 * @returns what was told so far
 * @throws SlackBusyError  when somebody else is telling
 */
export async function claimSlack(ledger: Ledger, subject: SlackSubject, now: Date): Promise<SlackItem> {
  const standing = (await getItem(ledger, keyOf(subject), SlackItem)) ?? NEVER;
  const at = now.toISOString();
  const { claimedUntil, ...item } = standing;
  const { writes } = item;
  const asRead = writes === undefined ? 'attribute_not_exists(writes)' : 'writes = :writes';
  const busy = () => new SlackBusyError(`${subject} is being told by another; it is tried again.`);
  if (claimedUntil !== undefined && claimedUntil > at) throw busy();
  const claimed = await putItemIf(
    ledger,
    {
      ...keyOf(subject),
      ...item,
      claimedUntil: afterSeconds(at, CLAIM_SECONDS),
      expiresAt: expiryAfterDays(now, KEPT_DAYS),
    },
    claimedUntil === undefined
      ? `attribute_not_exists(pk) OR (attribute_not_exists(claimedUntil) AND ${asRead})`
      : 'claimedUntil = :claimedUntil',
    claimedUntil === undefined
      ? writes === undefined
        ? {}
        : { ':writes': writes }
      : { ':claimedUntil': claimedUntil },
  );
  if (!claimed) throw busy();
  return item;
}

/** Writes down what was told, and gives the claim back. */
export async function keepSlack(
  ledger: Ledger,
  subject: SlackSubject,
  item: SlackItem,
  now: Date,
): Promise<void> {
  const writes = (item.writes ?? 0) + 1;
  await putItem(ledger, { ...keyOf(subject), ...item, writes, expiresAt: expiryAfterDays(now, KEPT_DAYS) });
}
