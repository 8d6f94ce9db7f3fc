import type { JobSummary, ReportData, TimelineEvent } from '../../dashboard/report-data.ts';
import { minuteText, percentText, usdText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { againstNaive } from '../../dashboard/naive-forecast.ts';
import { actionTexts, causeText } from '../../dashboard/incident-section.ts';
import { orDash, table } from '../format.ts';

/** What a timeline tells in a terminal: how each run ended, and what was done or said on the way. */
const TOLD: readonly TimelineEvent['kind'][] = ['steered', 'warned', 'landed', 'late', 'failed', 'not-run'];

/** A line for each thing worth telling; long texts go on below, indented. */
export function timelineLines(data: ReportData): string[] {
  return data.timeline
    .filter((event) => TOLD.includes(event.kind))
    .flatMap((event) => {
      const head = `${minuteText(event.at)}  ${event.job.padEnd(22)} ${event.kind.padEnd(8)} `;
      const [first = '', ...rest] = wrapText(event.text, '', 80);
      if (rest.length === 0 && head.length + first.length <= 80) return [head + first];
      return [head.trimEnd(), ...wrapText(event.text, '    ')];
    });
}

/** What went wrong, put together: each incident with its likeliest cause, and what was done first. */
export function incidentLines({ incidents }: ReportData): string[] {
  if (incidents.length === 0) return ['No incidents.'];
  const woke = incidents.filter(({ told }) => told).length;
  const lines = incidents.flatMap((incident) => [
    `${minuteText(incident.openedAt)}  ${incident.jobs.join(', ').padEnd(22)} ${incident.severity}`,
    ...[causeText(incident), ...actionTexts(incident)].flatMap((text) => wrapText(text, '    ', 80)),
  ]);
  return [`Incidents: ${incidents.length}, ${woke} of which woke somebody.`, ...lines];
}

/** How load forecasts did beside the load of a week before; nothing where no run can be compared. */
export function forecastLines(data: ReportData): string[] {
  const compared = againstNaive(data.jobs.map(({ runs }) => runs.map(({ record }) => record)));
  if (compared === null) return [];
  const { runs, forecastErrorShare, naiveErrorShare } = compared;
  return wrapText(
    `Load forecasts of ${runs} runs were off by ${percentText(forecastErrorShare)} in the median; the load of a week before, or else the last one, by ${percentText(naiveErrorShare)}.`,
    '',
    80,
  );
}

/** A row a job, and their sum. */
export function summaryLines(data: ReportData): string[] {
  const rows = data.jobs.map((job) => row(job.name, job.summary));
  return table(
    [
      { title: 'job' },
      { title: 'runs', align: 'right' },
      { title: 'on time', align: 'right' },
      { title: 'cost', align: 'right' },
      { title: 'on demand', align: 'right' },
      { title: 'saved', align: 'right' },
      { title: 'util', align: 'right' },
      { title: 'load err', align: 'right' },
      { title: 'time err', align: 'right' },
    ],
    [...rows, row('all', data.total)],
  );
}

function row(name: string, summary: JobSummary): string[] {
  return [
    name,
    String(summary.runs),
    String(summary.onTime),
    usdText(summary.costUsd),
    orDash(summary.onDemandUsd, usdText),
    orDash(summary.savingShare, percentText),
    orDash(summary.utilisation, percentText),
    orDash(summary.loadErrorShare, percentText),
    orDash(summary.runtimeErrorShare, percentText),
  ];
}
