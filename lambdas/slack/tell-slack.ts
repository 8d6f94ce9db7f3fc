import type { SlackSubject } from '../../core/contracts/slack-press.ts';
import type { SuperAlarm } from '../../core/contracts/super-alarm.ts';
import {
  isNews,
  slackMessageOf,
  slackReplyOf,
  toldInSlack,
  type SlackMessage,
} from '../../core/report/super-alarm-slack.ts';
import { acknowledgementOf, namesOf } from '../aws/ledger-incident-notes.ts';
import { incidentOf } from '../aws/ledger-incidents.ts';
import { claimSlack, keepSlack } from '../aws/ledger-slack.ts';
import { postOrUpdate, reply, update, type ToChannel, type ToSlack } from './post.ts';

/**
 * Tells Slack of an incident: one message, changed in place, with replies in its thread. What is older than what was
 * told is passed over. Cut off between a call and its note, the same is told again: twice is better than never.
 *
 * @returns what was done
 * @throws the errors of callSlack and of the ledger; the incident is free for the next try then
 */
export async function tellSlack(told: SuperAlarm, to: ToChannel): Promise<'posted' | 'updated' | 'older'> {
  const { ledger, access, now } = to;
  const subject: SlackSubject = `INCIDENT#${told.incidentId}`;
  const before = await claimSlack(ledger, subject, now);
  let item = before;
  try {
    if (!isNews(told, before.version, before.told)) return 'older';
    const posted = await postOrUpdate(await drawn(told, to), before, to);
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

/**
 * Draws the message about an incident again, as it was last told, with what people have said about it since. Where none
 * was told by this version, or somebody deleted it, nothing happens.
 *
 * @throws the errors of callSlack and of the ledger
 */
export async function redrawSlack(subject: SlackSubject, to: ToSlack): Promise<void> {
  const { ledger, access, now } = to;
  const item = await claimSlack(ledger, subject, now);
  try {
    if (item.message !== undefined) await update(await drawn(item.message, to), item, access);
  } finally {
    await keepSlack(ledger, subject, item, now);
  }
}

async function drawn(told: SuperAlarm, { ledger, buttons }: ToSlack): Promise<SlackMessage> {
  const { incidentId: id } = told;
  const names = namesOf((await incidentOf(ledger, id)) ?? { id, mergedFrom: [] });
  const inHand = (await acknowledgementOf(ledger, names)) ?? null;
  return slackMessageOf(told, { buttons, inHand });
}
