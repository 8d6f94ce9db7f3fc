import type { SlackPress } from '../../core/contracts/slack-press.ts';
import { slackAnswerOf } from '../../core/report/super-alarm-slack.ts';
import { outcomeOnce } from '../aws/ledger-presses.ts';
import { slackItemOf } from '../aws/ledger-slack.ts';
import { carryOut } from './carry-out.ts';
import type { ToSlack } from './tell-slack.ts';
import { callSlack } from './web-api.ts';

/**
 * Does what somebody asked for with a button, and says in the incident's thread what came of it. Delivered again, it is
 * not done again.
 *
 * @param users  Slack's ids of those who may do more than ask why; null: whoever is in the channel
 * @returns `not ours` when the message is none that tells of this incident: nothing was done
 * @throws the errors of callSlack and of the ledger
 */
export async function answerPress(
  press: SlackPress,
  users: ReadonlySet<string> | null,
  to: ToSlack,
): Promise<'answered' | 'refused' | 'not ours'> {
  const { ledger, access, now } = to;
  const item = await slackItemOf(ledger, press.incidentId);
  const { channel, messageTs, ask, user } = press;
  if (item === undefined || item.channel !== channel || item.ts !== messageTs) return 'not ours';
  const allowed = ask === 'flarepath-show-why' || users === null || users.has(user.id);
  const lines = allowed
    ? await outcomeOnce(ledger, press.id, now, () => carryOut({ ledger, press, item }))
    : [[`${user.name} may not do this: messages.slack.buttons.users names those who may. Nothing was done.`]];
  await callSlack(access, 'chat.postMessage', {
    channel,
    thread_ts: messageTs,
    ...slackAnswerOf(lines),
    unfurl_links: false,
  });
  return allowed ? 'answered' : 'refused';
}
