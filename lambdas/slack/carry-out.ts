import type { SlackAsk, SlackPress } from '../../core/contracts/slack-press.ts';
import { slackWhyOf } from '../../core/report/super-alarm-slack.ts';
import { answerPlan } from '../aws/approvals.ts';
import type { SlackItem } from '../aws/ledger-slack.ts';
import type { Ledger } from '../aws/ledger-table.ts';
import { undoResponse } from '../aws/undo-response.ts';

/** A press and what it is about. */
interface Pressed {
  readonly ledger: Ledger;
  readonly press: SlackPress;
  /** what Slack shows */
  readonly item: SlackItem;
}

const REASON = 'a button in Slack';

/** Who pressed, for what is kept of it. */
const nameOf = ({ user }: SlackPress) => `${user.name} (Slack ${user.id})`;

const ACTS: Readonly<Record<SlackAsk, (pressed: Pressed) => Promise<string[][]>>> = {
  'flarepath-approve': (pressed) => answer(pressed, true),
  'flarepath-decline': (pressed) => answer(pressed, false),
  'flarepath-show-why': why,
  'flarepath-undo': undo,
};

/** Does what a press asks for, as the command line does it. @returns lines to tell in the message's thread, by parts */
export function carryOut(pressed: Pressed): Promise<string[][]> {
  return ACTS[pressed.press.ask](pressed);
}

async function answer({ ledger, press, item }: Pressed, approved: boolean): Promise<string[][]> {
  const runKey = item.plan?.runKey ?? item.message?.runToApprove ?? null;
  const by = nameOf(press);
  const plan = runKey === null ? null : { runKey, askedAt: item.plan?.askedAt ?? null };
  const given =
    plan !== null && (await answerPlan(ledger, plan, { approved, by, byArn: null, reason: REASON }));
  if (!given)
    return [['No plan waits any more: nobody was asked, or it was answered, or too late. Nothing was done.']];
  return [
    [
      approved
        ? `${by} approved ${runKey}: it is launched once its spend is reserved.`
        : `${by} declined ${runKey}: nothing is launched, and that is told.`,
    ],
  ];
}

function why({ item }: Pressed): Promise<string[][]> {
  return Promise.resolve(
    item.message === undefined ? [['Nothing is known of it any more.']] : slackWhyOf(item.message),
  );
}

async function undo({ ledger, press, item }: Pressed): Promise<string[][]> {
  const by = nameOf(press);
  const incidentId = item.message?.incidentId;
  if (incidentId === undefined) return [['It is no incident: nothing was done.']];
  const set = { by, byArn: null, at: press.at, reason: `${incidentId}: ${REASON}` };
  const said = await undoResponse(ledger, incidentId, set);
  return [
    said.length === 0 ? ['Nothing that was done first holds any more.'] : [`${by} took back:`, ...said],
  ];
}
