import type { SuperAlarm } from '../contracts/super-alarm.ts';
import { percentText, usdText } from '../units-text.ts';
import { timeText } from './message.ts';

/** One part of a super-alarm as people read it: a heading and its sentences. */
export interface Part {
  readonly heading: string;
  readonly lines: readonly string[];
}

const MODE_WORDS: Readonly<Record<SuperAlarm['actions'][number]['mode'], string>> = {
  do: 'Done',
  ask: 'Waits for your yes',
  advise: 'Advised',
  'dry run': 'Would be done',
  wait: 'Held back',
};

/** How bad it is, in one word: the severity, or the level while nobody has worked out what is at stake. */
export function gravity({ severity, level }: SuperAlarm): string {
  return severity ?? level;
}

/** What has become of the incident, in one sentence. */
export function standing({
  state,
  openedAt,
  closedAt,
  lastNoticeAt,
  mergedInto,
  reopened,
}: SuperAlarm): string {
  const again = reopened === 0 ? '' : `, reopened ${timesText(reopened)}`;
  if (state === 'merged') return `Went on as part of incident ${mergedInto ?? 'unknown'}.`;
  if (state === 'closed')
    return `Over: open from ${timeText(openedAt)} to ${timeText(closedAt ?? lastNoticeAt)}${again}.`;
  if (state === 'held')
    return `All is over since ${timeText(lastNoticeAt)}; held open in case it comes back.`;
  return `Open since ${timeText(openedAt)}, last notice ${timeText(lastNoticeAt)}${again}.`;
}

/** What is wrong, what it will cost, why, what was done: the parts that have something to say. */
export function parts(told: SuperAlarm): Part[] {
  return [
    { heading: 'What is wrong', lines: alarmLines(told) },
    { heading: 'What it may cost', lines: costLines(told.impact) },
    { heading: 'Why', lines: causeLines(told.causes) },
    {
      heading: 'What was done about it',
      lines: told.actions.map(({ mode, says, because }) => `${MODE_WORDS[mode]}: ${says} (${because})`),
    },
    { heading: 'Kept quiet', lines: told.quiet.map(({ says, because }) => `${says} (${because})`) },
    { heading: 'Chart', lines: told.chartUrl === null ? [] : [told.chartUrl] },
  ].filter(({ lines }) => lines.length > 0);
}

/** Causes with the evidence for and against each. */
export function evidenceLines({ causes }: SuperAlarm): string[] {
  return causes.flatMap(({ cause, confidence, evidenceFor, evidenceAgainst }) => [
    `${cause} (${percentText(confidence)})`,
    ...evidenceFor.map((says) => `for: ${says}`),
    ...evidenceAgainst.map((says) => `against: ${says}`),
  ]);
}

function alarmLines({ alarms, alarmsLeftOut }: SuperAlarm): string[] {
  const lines = alarms.map(({ says, state, notices, flaps }) => {
    const asides = [
      ...(state === 'resolved' ? ['over'] : []),
      ...(notices > 1 ? [timesText(notices)] : []),
      ...(flaps > 0 ? [`came back ${timesText(flaps)}`] : []),
    ];
    return asides.length === 0 ? says : `${says} (${asides.join(', ')})`;
  });
  return alarmsLeftOut === 0 ? lines : [...lines, `${alarmsLeftOut} more that are not listed here`];
}

function costLines(impact: SuperAlarm['impact']): string[] {
  if (impact === null) return [];
  const { deadlinesAtRisk, extraUsd, downstreamJobs } = impact;
  const lines = [
    ...deadlinesAtRisk.map(
      ({ job, lateProbability }) => `${job}: ${percentText(lateProbability)} likely to miss its deadline`,
    ),
    ...(extraUsd > 0 ? [`${usdText(extraUsd)} above plan`] : []),
    ...(downstreamJobs.length > 0 ? [`Wait for the output: ${downstreamJobs.join(', ')}`] : []),
  ];
  return lines.length === 0 ? ['No deadline and no budget is at risk.'] : lines;
}

function causeLines(causes: SuperAlarm['causes']): string[] {
  const strongest = causes[0]?.evidenceFor[0];
  const weakness = causes[0]?.evidenceAgainst[0];
  return causes.flatMap(({ cause, confidence }, i) => [
    `${cause} (${percentText(confidence)})`,
    ...(i === 0 && strongest !== undefined ? [`for: ${strongest}`] : []),
    ...(i === 0 && weakness !== undefined ? [`against: ${weakness}`] : []),
  ]);
}

function timesText(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
