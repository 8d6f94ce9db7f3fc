import type { SlackSubject } from '../../core/contracts/slack-press.ts';
import type { SuperAlarm } from '../../core/contracts/super-alarm.ts';
import { slackMessageOf, slackReplyOf, toldInSlack } from '../../core/report/super-alarm-slack.ts';
import { claimSlack, keepSlack } from '../aws/ledger-slack.ts';
import { postOrUpdate, reply, type ToChannel } from './post.ts';

/**
 * Tells Slack of an incident: one message, changed in place, with replies in its thread. What is older than what was
 * told is passed over. Cut off between a call and its note, the same is told again: twice is better than never.
 *
 * @returns what was done
 * @throws the errors of callSlack and of the ledger; the incident is free for the next try then
 */
export async function tellSlack(told: SuperAlarm, to: ToChannel): Promise<'posted' | 'updated' | 'older'> {
  const { ledger, access, now, buttons } = to;
  const subject: SlackSubject = `INCIDENT#${told.incidentId}`;
  const before = await claimSlack(ledger, subject, now);
  let item = before;
  try {
    if (before.version >= told.version) return 'older';
    const posted = await postOrUpdate(slackMessageOf(told, buttons), before, to);
    // before the reply: should that fail, the next try changes this message and posts no second one
    item = { ...before, ...posted, message: told };
    const news = slackReplyOf(told, before.told);
    if (news !== null) await reply(news, posted, access);
    item = { ...item, version: told.version, told: toldInSlack(told) };
    return before.ts === posted.ts ? 'updated' : 'posted';
  } finally {
    await keepSlack(ledger, subject, item, now);
  }
}
