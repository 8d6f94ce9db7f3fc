import type { SlackAsk, SlackPress } from '../../core/contracts/slack-press.ts';
import { matchesOfIncident } from '../../core/incidents/silence-for.ts';
import { timeText } from '../../core/report/message.ts';
import { slackWhyOf } from '../../core/report/super-alarm-slack.ts';
import { afterSeconds, SECONDS_PER_HOUR } from '../../core/units.ts';
import { answerPlan } from '../aws/approvals.ts';
import { acknowledge, namesOf, putSilence } from '../aws/ledger-incident-notes.ts';
import { survivorOf } from '../aws/ledger-incidents.ts';
import type { SlackItem } from '../aws/ledger-slack.ts';
import type { Ledger } from '../aws/ledger-table.ts';
import { undoResponse } from '../aws/undo-response.ts';

/** A press and what it is about. */
interface Pressed {
  readonly ledger: Ledger;
  readonly press: SlackPress;
  /** what Slack shows */
  readonly item: SlackItem;
  /** it was begun before, and cut off */
  readonly again: boolean;
}

const REASON = 'a button in Slack';
const NO_INCIDENT = [['It is no incident: nothing was done.']];

/** Who pressed, for what is kept of it. */
const nameOf = ({ user }: SlackPress) => `${user.name} (Slack ${user.id})`;

const ACTS: Readonly<Record<SlackAsk, (pressed: Pressed) => Promise<string[][]>>> = {
  'flarepath-acknowledge': inHand,
  'flarepath-silence': silence,
  'flarepath-approve': (pressed) => answer(pressed, true),
  'flarepath-decline': (pressed) => answer(pressed, false),
  'flarepath-show-why': why,
  'flarepath-undo': undo,
};

/** Does what a press asks for, as the command line does it. @returns lines to tell in the message's thread, by parts */
export function carryOut(pressed: Pressed): Promise<string[][]> {
  return ACTS[pressed.press.ask](pressed);
}

async function inHand({ ledger, press, item }: Pressed): Promise<string[][]> {
  const incidentId = item.message?.incidentId;
  if (incidentId === undefined) return NO_INCIDENT;
  const by = nameOf(press);
  // the message may be about an incident that is part of another by now
  const { id } = (await survivorOf(ledger, incidentId)) ?? { id: incidentId };
  await acknowledge(ledger, id, { by, at: press.at, reason: REASON });
  return [[`${by} has it in hand: nobody else is woken by it. That it is over is told.`]];
}

async function silence({ ledger, press, item }: Pressed): Promise<string[][]> {
  const incidentId = item.message?.incidentId;
  const { at, hours } = press;
  if (incidentId === undefined || typeof hours !== 'number') return NO_INCIDENT;
  const incident = await survivorOf(ledger, incidentId);
  const matches = incident === undefined ? [] : matchesOfIncident(incident);
  if (matches.length === 0) return [['None of its alarms fires any more: nothing was silenced.']];
  const by = nameOf(press);
  const until = afterSeconds(at, hours * SECONDS_PER_HOUR);
  for (const [i, match] of matches.entries()) {
    // named by the press: carried out again, it is the same silence
    const id = `silence-${at}-${incidentId}-${i}`;
    await putSilence(ledger, { id, match, until, by, reason: `${incidentId}: ${REASON}` });
  }
  const named = matches.map((match) =>
    Object.entries(match)
      .map(([field, value]) => `${field}=${value}`)
      .join(' '),
  );
  return [
    [
      `${by} wants no word until ${timeText(until)} of the alarms below. What is critical is told all the same.`,
      ...named,
    ],
  ];
}

async function answer({ ledger, press, item, again }: Pressed, approved: boolean): Promise<string[][]> {
  const runKey = item.plan?.runKey ?? item.message?.runToApprove ?? null;
  const by = nameOf(press);
  const askedAt = press.askedAt ?? item.plan?.askedAt ?? null;
  const plan =
    runKey === null ? null : { runKey, askedAt, before: (press.askedAt ?? null) === null ? press.at : null };
  const given =
    plan !== null && (await answerPlan(ledger, plan, { approved, by, byArn: null, reason: REASON }));
  if (!given && again)
    return [
      [
        `No plan waits any more. It may be this press that answered it: ${by} would have it ${approved ? 'approved' : 'declined'}, and it was cut off before that was written down. The run's own messages say what came of it.`,
      ],
    ];
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
  if (incidentId === undefined) return NO_INCIDENT;
  const set = { by, byArn: null, at: press.at, reason: `${incidentId}: ${REASON}` };
  const incident = (await survivorOf(ledger, incidentId)) ?? { id: incidentId, mergedFrom: [] };
  const said = await undoResponse(ledger, namesOf(incident), set);
  return [
    said.length === 0 ? ['Nothing that was done first holds any more.'] : [`${by} took back:`, ...said],
  ];
}
