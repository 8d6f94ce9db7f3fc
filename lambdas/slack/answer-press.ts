import type { SlackPress } from '../../core/contracts/slack-press.ts';
import { slackAnswerOf } from '../../core/report/super-alarm-slack.ts';
import { outcomeOnce } from '../aws/ledger-presses.ts';
import { slackItemOf } from '../aws/ledger-slack.ts';
import { closeQuestion } from './ask-slack.ts';
import { carryOut } from './carry-out.ts';
import { reply, unlessRefused, type ToSlack } from './post.ts';
import { redrawSlack } from './tell-slack.ts';

const NOT_IT = [
  ['This message tells of nothing any more, or another one does in its place. Nothing was done.'],
  ['Use the newest message about it, or the command line: npx flarepath alarms.'],
];

/**
 * Does what somebody asked for with a button, and says in the message's thread what came of it. Delivered again, it is
 * not done again.
 *
 * @param users  Slack's ids of those who may do more than ask why; null: whoever is in the channel
 * @returns `not ours` when the message is none that tells of this any more: that is said, and nothing done
 * @throws the errors of callSlack and of the ledger
 */
export async function answerPress(
  press: SlackPress,
  users: ReadonlySet<string> | null,
  to: ToSlack,
): Promise<'answered' | 'refused' | 'not ours'> {
  const { ledger, access, now } = to;
  const item = await slackItemOf(ledger, press.subject);
  const { channel, messageTs, ask, user } = press;
  if (item === undefined || item.channel !== channel || item.ts !== messageTs) {
    await unlessRefused(() => reply(slackAnswerOf(NOT_IT), { channel, ts: messageTs }, access));
    return 'not ours';
  }
  const allowed = ask === 'flarepath-show-why' || users === null || users.has(user.id);
  const lines = allowed
    ? await outcomeOnce(ledger, press.id, now, (again) => carryOut({ ledger, press, item, again }))
    : [[`${user.name} may not do this: messages.slack.buttons.users names those who may. Nothing was done.`]];
  if (allowed && item.plan !== undefined) await closeQuestion(press.subject, lines[0]?.[0] ?? '', to);
  if (allowed && ask === 'flarepath-acknowledge') await redrawSlack(press.subject, to);
  await reply(slackAnswerOf(lines), { channel, ts: messageTs }, access);
  return allowed ? 'answered' : 'refused';
}
