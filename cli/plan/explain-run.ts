import type { PilotDecision } from '../../core/contracts/flight.ts';
import { medianOf, valueAt } from '../../core/numerics/quantiles.ts';
import { durationText, minuteText, percentText, usdText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import type { RunView } from '../../dashboard/report-data.ts';
import { table } from '../format.ts';

/** Of a calm flight, so many looks are shown; those that did or told something always are. */
const MOST_CALM_LOOKS = 12;
const HIGH_COST_LEVEL = 0.9;

/** What happened in a run's flight and why, at most 80 columns wide: each look, and what it weighed where it acted. */
export function explainRun({ record, plan, decisions }: RunView): string[] {
  const shown = looksToShow(decisions);
  const left = decisions.length - shown.length;
  return [
    `${record.runKey}, attempt ${record.attempt}: ${record.outcome}`,
    ...(plan === null ? [] : planLines(plan)),
    '',
    ...(decisions.length === 0
      ? ['Nobody looked at its flight: it ended before, or never began.']
      : [
          'The flight, look by look (UTC; USD so far and to the end, at planned prices)',
          ...table(COLUMNS, shown.map(rowOf)).map((line) => `  ${line}`),
          ...(left > 0 ? [`  ${left} more looks, all of which held.`] : []),
          '',
          ...actLines(decisions),
        ]),
  ];
}

const COLUMNS = [
  { title: 'at' },
  { title: 'done', align: 'right' },
  { title: 'to go', align: 'right' },
  { title: 'late', align: 'right' },
  { title: 'spent', align: 'right' },
  { title: 'to the end', align: 'right' },
  { title: 'did' },
] as const;

function planLines(plan: NonNullable<RunView['plan']>): string[] {
  const { costUsd, lateProbability, startupSeconds, runtimeSeconds } = plan.forecast;
  const ends = durationText(startupSeconds + medianOf(runtimeSeconds));
  const expected = `Planned: ${usdText(costUsd)}, over after ${ends}, late with ${percentText(lateProbability)}. Why that plan: flarepath explain with its file.`;
  return wrapText(expected, '', 80);
}

/** Acts and the looks around them; of the others evenly many. */
function looksToShow(decisions: readonly PilotDecision[]): PilotDecision[] {
  const notable = new Set<PilotDecision>();
  decisions.forEach((decision, i) => {
    if (isAct(decision) || i === 0 || i === decisions.length - 1) notable.add(decision);
  });
  const step = Math.max(1, Math.ceil(decisions.length / MOST_CALM_LOOKS));
  return decisions.filter((decision, i) => notable.has(decision) || i % step === 0);
}

function isAct({ action, announceMiss }: PilotDecision): boolean {
  return action.kind === 'resize' || announceMiss;
}

function rowOf(decision: PilotDecision): string[] {
  const { decidedAt, progress, remainingSeconds, lateProbability, spentUsd, finalCostUsd } = decision;
  const cost = (text: (at: NonNullable<typeof finalCostUsd>) => string) =>
    finalCostUsd === undefined ? '-' : text(finalCostUsd);
  return [
    minuteText(decidedAt).slice(-'hh:mm'.length),
    progress.workDone === null ? '?' : percentText(progress.workDone),
    remainingSeconds === null ? '-' : durationText(medianOf(remainingSeconds)),
    percentText(lateProbability),
    spentUsd === undefined ? '-' : spentUsd.toFixed(2),
    cost((usd) => `${medianOf(usd).toFixed(2)}-${valueAt(usd, HIGH_COST_LEVEL).toFixed(2)}`),
    didText(decision),
  ];
}

function didText({ action, announceMiss, taskInstanceTypes, outOfReach }: PilotDecision): string {
  const parts = [
    ...(action.kind === 'resize'
      ? [`task fleet ${action.taskOnDemandUnits}+${action.taskSpotUnits} vCPU`]
      : []),
    ...(action.kind === 'resize' && taskInstanceTypes !== undefined ? ['more types'] : []),
    ...(announceMiss ? ['told people'] : []),
  ];
  if (parts.length > 0) return parts.join(', ');
  return outOfReach === true ? 'held, too late' : 'held';
}

function actLines(decisions: readonly PilotDecision[]): string[] {
  const acts = decisions.filter(isAct);
  if (acts.length === 0) return ['It held all the way: nothing had to be done.'];
  return [
    'What it did, and what it weighed (task fleet: on demand + spot)',
    ...acts.flatMap((decision) => [
      ...bullet(`${minuteText(decision.decidedAt)}: ${decision.reason}`),
      ...(decision.considered ?? []).flatMap(({ what, lateProbability, costUsd }) => {
        const cost = costUsd === null ? '' : `, ${usdText(costUsd)} in all`;
        return wrapText(`weighed: ${what} (late with ${percentText(lateProbability)}${cost})`, '', 72).map(
          (line) => `      ${line}`,
        );
      }),
    ]),
  ];
}

function bullet(text: string): string[] {
  const [first = '', ...rest] = wrapText(text, '', 74);
  return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
}
