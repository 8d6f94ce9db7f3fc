import type { SuperAlarm } from '../contracts/super-alarm.ts';
import { escaped, withoutMarkup } from './chat-text.ts';
import { timeText } from './message.ts';
import { buttonsOf, plain, type ActionsBlock, type PlainText } from './slack-buttons.ts';
import { evidenceLines, gravity, parts, standing, type Part } from './super-alarm-parts.ts';

export type SlackBlock =
  | { readonly type: 'header'; readonly text: PlainText }
  | {
      readonly type: 'section';
      readonly text: PlainText | { readonly type: 'mrkdwn'; readonly text: string };
    }
  | { readonly type: 'context'; readonly elements: readonly PlainText[] }
  | ActionsBlock;

/** What Slack is handed: `text` is for notifications, and for whoever sees no blocks. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** What stands in the message about an incident beside what is told of it. */
export interface SlackSurroundings {
  /** whether a press of a button reaches anybody */
  readonly buttons: boolean;
  /** null: nobody said so */
  readonly inHand: { readonly by: string; readonly at: string } | null;
}

/** What was last told in Slack of an incident: the next reply says what changed since. */
export interface ToldInSlack {
  readonly state: SuperAlarm['state'];
  readonly gravity: string;
  readonly cause: string | null;
  readonly actions: number;
}

/** @see https://docs.slack.dev/reference/block-kit/blocks/header-block and section-block */
export const HEADER = 150;
const SECTION = 3000;
const FALLBACK = 250;
const URL_MOST = 2000;
/** JSON of all blocks together; Slack refuses messages from a little above that on. */
const WHOLE = 12_000;
/** Most characters of a part: the first with which the whole fits. */
const PART_STEPS = [2800, 2000, 1400, 800, 300];

/**
 * The incident as one message of Slack. All that comes from the incident is plain text, in which Slack renders no
 * markup, names nobody and shows no emoji; only the address of the chart is a link.
 */
export function slackMessageOf(told: SuperAlarm, around: SlackSurroundings): SlackMessage {
  const text = withoutMarkup(`${titleWord(told)}, ${told.headline}`, FALLBACK);
  const attempts = PART_STEPS.map((most) => blocksOf(told, around, most));
  const fitting = attempts.find((blocks) => JSON.stringify(blocks).length <= WHOLE - FALLBACK);
  return { text, blocks: fitting ?? attempts.at(-1) ?? [] };
}

/** What is compared with the next message about the incident. */
export function toldInSlack(told: SuperAlarm): ToldInSlack {
  const { state, causes, actions } = told;
  return { state, gravity: gravity(told), cause: causes[0]?.cause ?? null, actions: actions.length };
}

const GRAVITIES = ['info', 'low', 'warning', 'medium', 'high', 'critical'];

/**
 * Whether a message says more than what was last told: it is of a newer incident, or of the same as something graver
 * came to be at stake.
 *
 * @param version  of the incident, as last told; 0: never
 */
export function isNews(told: SuperAlarm, version: number, before: ToldInSlack | null): boolean {
  if (told.version !== version) return told.version > version;
  return before !== null && GRAVITIES.indexOf(gravity(told)) > GRAVITIES.indexOf(before.gravity);
}

/**
 * What is new since the last message, as a reply in the incident's thread; the first reply has the evidence.
 *
 * @param before  null: this is the first message
 * @returns null when nothing is worth a reply: the message itself is up to date
 */
export function slackReplyOf(told: SuperAlarm, before: ToldInSlack | null): SlackMessage | null {
  const now = toldInSlack(told);
  const evidence = now.cause !== null && now.cause !== (before?.cause ?? null) ? evidenceLines(told) : [];
  const lines = [
    ...(before !== null && before.state !== now.state ? [changeOf(told, before)] : []),
    ...(before !== null && before.gravity !== now.gravity
      ? [`Was ${before.gravity}, is ${now.gravity}.`]
      : []),
    ...(evidence.length === 0 ? [] : ['What speaks for each cause, and against it:', ...evidence]),
    ...(before !== null && now.actions > before.actions ? actionLines(told, before.actions) : []),
  ];
  if (lines.length === 0) return null;
  const [first = ''] = lines;
  return { text: withoutMarkup(first, FALLBACK), blocks: [section(lines.join('\n'), SECTION)] };
}

/** What somebody asked for, as a reply in the incident's thread: a part of the lines in each block. */
export function slackAnswerOf(parts: readonly (readonly string[])[]): SlackMessage {
  const told = parts.filter((lines) => lines.length > 0);
  const most = Math.min(SECTION, Math.floor((WHOLE - FALLBACK) / Math.max(told.length, 1)));
  return {
    text: withoutMarkup(told[0]?.[0] ?? '', FALLBACK),
    blocks: told.map((lines) => section(lines.join('\n'), most)),
  };
}

/** All that speaks for the incident's causes, why its alarms belong together, and why what was done was done. */
export function slackWhyOf(told: SuperAlarm): string[][] {
  const evidence = evidenceLines(told);
  return [
    evidence.length === 0
      ? ['No cause is known yet.']
      : ['What speaks for each cause, and against it:', ...evidence],
    [
      'Why these alarms are one incident:',
      ...told.alarms.map((each) => `${each.says}: ${each.joinedBecause}`),
    ],
    actionLines(told, 0),
  ];
}

function changeOf(told: SuperAlarm, before: ToldInSlack): string {
  return told.state === 'open' && before.state !== 'open' ? `It is back. ${standing(told)}` : standing(told);
}

function actionLines(told: SuperAlarm, known: number): string[] {
  const lines = parts({ ...told, actions: told.actions.slice(known) });
  return lines.find(({ heading }) => heading === 'What was done about it')?.lines.slice() ?? [];
}

function blocksOf(
  told: SuperAlarm,
  { buttons, inHand }: SlackSurroundings,
  mostPerPart: number,
): SlackBlock[] {
  return [
    { type: 'header', text: plain(`${titleWord(told)}: ${told.headline}`, HEADER) },
    section(standing(told), SECTION),
    ...(inHand === null ? [] : [section(`In hand: ${inHand.by}, ${timeText(inHand.at)}`, HEADER)]),
    ...parts(told)
      .filter(({ heading }) => heading !== 'Chart')
      .map((part) => section(partText(part), mostPerPart)),
    ...chartBlock(told.chartUrl),
    ...(buttons ? [buttonsOf(told, inHand !== null)] : []),
    {
      type: 'context',
      elements: [plain(`Incident ${told.incidentId}, version ${told.version}`, HEADER)],
    },
  ];
}

function titleWord(told: SuperAlarm): string {
  if (told.state === 'closed') return 'Over';
  if (told.state === 'merged') return 'Merged';
  return gravity(told).toUpperCase();
}

function partText({ heading, lines }: Part): string {
  return [heading, ...lines.map((line) => `• ${line}`)].join('\n');
}

function chartBlock(url: string | null): SlackBlock[] {
  if (url === null || url.length > URL_MOST) return [];
  const address = escaped(url.replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C'));
  return [{ type: 'section', text: { type: 'mrkdwn', text: `<${address}|Chart of the worst series>` } }];
}

/** A paragraph of plain text. */
export function section(text: string, most: number): SlackBlock {
  return { type: 'section', text: plain(text, Math.min(most, SECTION)) };
}
