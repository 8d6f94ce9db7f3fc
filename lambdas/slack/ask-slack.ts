import type { PlanQuestion } from '../../core/contracts/plan-question.ts';
import type { SlackSubject } from '../../core/contracts/slack-press.ts';
import { planMessageOf, planSubject } from '../../core/report/plan-question.ts';
import { slackAnswerOf } from '../../core/report/super-alarm-slack.ts';
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import { claimSlack, keepSlack } from '../aws/ledger-slack.ts';
import { postOrUpdate, reply, update, type ToChannel, type ToSlack } from './post.ts';

/**
 * Asks in Slack about a plan that waits: one message for an attempt; asked again, it changes in place and a reply in its
 * thread says so. An older question is passed over.
 *
 * @returns what was done
 * @throws the errors of callSlack and of the ledger; the question is free for the next try then
 */
export async function askSlack(
  question: PlanQuestion,
  to: ToChannel,
): Promise<'posted' | 'updated' | 'older'> {
  const { ledger, access, buttons, now } = to;
  const subject = planSubject(question);
  const version = Math.floor(Date.parse(question.askedAt) / MILLISECONDS_PER_SECOND);
  const { answered: _, ...before } = await claimSlack(ledger, subject, now);
  let item: Parameters<typeof keepSlack>[2] = before;
  try {
    if (before.version >= version) return 'older';
    const posted = await postOrUpdate(planMessageOf(question, { buttons, answered: null }), before, to);
    item = { ...before, ...posted, plan: question };
    if (before.ts === posted.ts)
      await reply(slackAnswerOf([[`Asked again: ${question.title}`]]), posted, access);
    item = { ...item, version };
    return before.ts === posted.ts ? 'updated' : 'posted';
  } finally {
    await keepSlack(ledger, subject, item, now);
  }
}

/**
 * Writes into a question how it was answered, in place of its buttons. What was written first stays.
 *
 * @throws the errors of callSlack and of the ledger
 */
export async function closeQuestion(subject: SlackSubject, answered: string, to: ToSlack): Promise<void> {
  const { ledger, access, buttons, now } = to;
  const before = await claimSlack(ledger, subject, now);
  const item = { ...before, answered: before.answered ?? answered };
  try {
    if (item.plan === undefined) return;
    await update(planMessageOf(item.plan, { buttons, answered: item.answered }), item, access);
  } finally {
    await keepSlack(ledger, subject, item, now);
  }
}
