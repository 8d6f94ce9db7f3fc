import { SILENCE_HOURS, type SlackAsk, type SlackSubject } from '../contracts/slack-press.ts';
import type { SuperAlarm } from '../contracts/super-alarm.ts';
import { escapedWithin } from './chat-text.ts';
import { silenceValue } from './slack-press-of.ts';

/** Text in which Slack renders nothing. */
export interface PlainText {
  readonly type: 'plain_text';
  readonly text: string;
  /** `:name:` stays as it is written */
  readonly emoji: false;
}

/** Slack asks back before it hands the press on. */
interface Confirm {
  readonly title: PlainText;
  readonly text: PlainText;
  readonly confirm: PlainText;
  readonly deny: PlainText;
}

interface Button {
  readonly type: 'button';
  readonly action_id: SlackAsk;
  readonly text: PlainText;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: Confirm;
}

interface Menu {
  readonly type: 'static_select';
  readonly action_id: SlackAsk;
  readonly placeholder: PlainText;
  readonly options: readonly { readonly text: PlainText; readonly value: string }[];
}

/** A row of buttons. */
export interface ActionsBlock {
  readonly type: 'actions';
  readonly elements: readonly (Button | Menu)[];
}

/** @see https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
const CONFIRM_TITLE = 100;
const CONFIRM_TEXT = 300;

/** @param most  characters, escapes included */
export function plain(text: string, most: number): PlainText {
  return { type: 'plain_text', text: escapedWithin(text, most), emoji: false };
}

/**
 * The buttons below an incident: those with which something can be done as it stands.
 *
 * @param inHand  somebody has it in hand
 */
export function buttonsOf(told: SuperAlarm, inHand: boolean): ActionsBlock {
  const { incidentId, state, runToApprove, actions } = told;
  const subject: SlackSubject = `INCIDENT#${incidentId}`;
  const isLive = state === 'open' || state === 'held';
  const canUndo = actions.some(({ mode, undo }) => mode === 'do' && undo !== null);
  return {
    type: 'actions',
    elements: [
      ...(isLive && !inHand ? [button('flarepath-acknowledge', 'Acknowledge', subject)] : []),
      ...(isLive ? [silences(subject)] : []),
      ...(isLive && runToApprove !== null ? answers(subject, runToApprove) : []),
      button('flarepath-show-why', 'Show why', subject),
      ...(canUndo ? [undo(subject)] : []),
    ],
  };
}

function silences(subject: SlackSubject): Menu {
  return {
    type: 'static_select',
    action_id: 'flarepath-silence',
    placeholder: plain('Silence for', CONFIRM_TITLE),
    options: SILENCE_HOURS.map((hours) => ({
      text: plain(hours === 1 ? '1 hour' : `${hours} hours`, CONFIRM_TITLE),
      value: silenceValue(subject, hours),
    })),
  };
}

/**
 * The answers to a plan that waits.
 *
 * @param value  what they hand back
 */
export function answers(value: string, runKey: string): Button[] {
  const asked = (question: string) => confirmation(question, `${runKey}. What it costs is in the request.`);
  return [
    {
      ...button('flarepath-approve', 'Approve plan', value),
      style: 'primary',
      confirm: asked('Launch this run?'),
    },
    { ...button('flarepath-decline', 'Decline plan', value), confirm: asked('Launch nothing?') },
  ];
}

function undo(subject: SlackSubject): Button {
  return {
    ...button('flarepath-undo', 'Undo', subject),
    style: 'danger',
    confirm: confirmation(
      'Undo what was done first?',
      'Pauses end, pools that were left out are asked again.',
    ),
  };
}

function button(action_id: SlackAsk, text: string, value: string): Button {
  return { type: 'button', action_id, text: plain(text, CONFIRM_TITLE), value };
}

function confirmation(title: string, text: string): Confirm {
  return {
    title: plain(title, CONFIRM_TITLE),
    text: plain(text, CONFIRM_TEXT),
    confirm: plain('Yes', CONFIRM_TITLE),
    deny: plain('No', CONFIRM_TITLE),
  };
}
