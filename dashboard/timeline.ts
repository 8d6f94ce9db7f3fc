import { secondsBetween, SECONDS_PER_MINUTE } from '../core/units.ts';
import { percentText, usdText } from '../core/units-text.ts';
import type { RunView, TimelineEvent } from './report-data.ts';
import { costOf } from './summarise-runs.ts';

/** Everything worth telling of some runs, in the order it happened. */
export function timelineOf(runs: readonly RunView[]): TimelineEvent[] {
  return runs.flatMap(eventsOf).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function eventsOf(run: RunView): TimelineEvent[] {
  const { record, plan } = run;
  const event = (at: string | null, kind: TimelineEvent['kind'], text: string): TimelineEvent[] =>
    at === null ? [] : [{ at, job: record.job, kind, text }];
  return [
    ...(plan === null ? [] : event(plan.plannedAt, 'planned', planText(plan))),
    ...event(record.launchedAt, 'launched', `cluster requested, attempt ${record.attempt}`),
    ...run.decisions.flatMap((decision) => [
      ...(decision.action.kind === 'hold' ? [] : event(decision.decidedAt, 'steered', decision.reason)),
      ...(decision.announceMiss ? event(decision.decidedAt, 'warned', decision.reason) : []),
    ]),
    ...ending(run),
  ];
}

function planText(plan: NonNullable<RunView['plan']>): string {
  const units = (kind: 'onDemandUnits' | 'spotUnits') =>
    plan.fleets.reduce((sum, fleet) => sum + fleet[kind], 0);
  const { costUsd, lateProbability } = plan.forecast;
  return (
    `${units('onDemandUnits')} vCPU on demand, ${units('spotUnits')} spot in ${plan.zone}: ` +
    `${usdText(costUsd)}, ${percentText(lateProbability)} likely late`
  );
}

/** Nodes that the market took, and without which the run landed all the same. */
function lossText(reclaims: number): string {
  if (reclaims === 0) return '';
  return `, although ${reclaims === 1 ? 'a spot node was' : `${reclaims} spot nodes were`} reclaimed`;
}

function ending(run: RunView): TimelineEvent[] {
  const { record } = run;
  const at = record.stepsEndedAt ?? run.releasedAt ?? record.launchedAt ?? record.scheduledAt;
  const kinds = {
    succeeded: 'landed',
    late: 'late',
    failed: 'failed',
    skipped: 'not-run',
    declined: 'not-run',
  } as const;
  const kind = kinds[record.outcome];
  const slackMinutes = Math.round(secondsBetween(at, record.deadlineAt) / SECONDS_PER_MINUTE);
  const spare = slackMinutes >= 0 ? `${slackMinutes} min before` : `${-slackMinutes} min after`;
  const text =
    kind === 'landed' || kind === 'late'
      ? `ended ${spare} its deadline, ${usdText(costOf(run))}${lossText(record.reclaims)}`
      : record.outcomeReason;
  return [{ at, job: record.job, kind, text }];
}
