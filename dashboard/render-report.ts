import { minuteText, percentText, usdText } from '../core/units-text.ts';
import { orDash } from './text.ts';
import { againstNaive } from './naive-forecast.ts';
import { escapeHtml } from './html.ts';
import { incidentSection } from './incident-section.ts';
import { jobSection } from './job-section.ts';
import type { JobView, ReportData } from './report-data.ts';
import { STYLE } from './style.ts';

/**
 * The report as one HTML page that needs nothing else: no script, no font, no request.
 *
 * @param data  checked by ReportData
 */
export function renderReport(data: ReportData): string {
  const title = `Flarepath: ${data.from.slice(0, 10)} to ${data.until.slice(0, 10)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${sourceBanner(data)}
${tiles(data)}
<h2>Jobs</h2>
${jobTable(data.jobs)}
${data.jobs.map(jobSection).join('\n')}
${incidentSection(data)}
<h2>Messages</h2>
<p class="soft">What people were told, in order.</p>
${data.messages.map(messageDetails).join('\n') || '<p>None.</p>'}
<h2>Timeline</h2>
<details><summary>${data.timeline.length} events</summary>${timelineTable(data)}</details>
</main></body>
</html>
`;
}

function sourceBanner({ source }: ReportData): string {
  if (source.kind === 'account') {
    return `<p class="soft">Ledger ${escapeHtml(source.table)}, ${escapeHtml(source.region)}. Costs are estimates until billing data come.</p>`;
  }
  return `<p class="banner"><strong>Simulated market and data.</strong> Nothing here was bought from AWS: prices, capacity,
data and Spark are the simulator's (world ${escapeHtml(source.world)}, seed ${escapeHtml(source.seed)},
${escapeHtml(source.transport)} transport, trace ${escapeHtml(source.traceHash.slice(0, 12))}). Costs are what its market charged.${faultsNote(source.faults)}</p>`;
}

/** Runs on time and costs are those of all runs: with what was broken on purpose. */
function faultsNote(file: string | undefined): string {
  if (file === undefined) return '';
  return ` Beside what they do by themselves, the faults of ${escapeHtml(file)} were injected; all figures are with them.`;
}

function tiles({ total, jobs, incidents }: ReportData): string {
  const naive = againstNaive(jobs.map(({ runs }) => runs.map(({ record }) => record)));
  const entries: [string, string][] = [
    [`${total.onTime} of ${total.runs - total.notRun}`, 'runs on time'],
    [usdText(total.costUsd), 'spent'],
    [orDash(total.onDemandUsd, usdText), 'the baseline fleets, on demand (modelled)'],
    [orDash(total.savingShare, percentText), 'saved'],
    [orDash(total.utilisation, percentText), 'mean utilisation'],
    [orDash(total.loadErrorShare, percentText), 'load forecast error, median'],
    ...(naive === null
      ? []
      : [
          [
            percentText(naive.naiveErrorShare),
            `error of last week’s load as a forecast (ours: ${percentText(naive.forecastErrorShare)} on the same ${naive.runs} runs)`,
          ] satisfies [string, string],
        ]),
    [orDash(total.runtimeErrorShare, percentText), 'runtime error, median'],
    [
      `${incidents.length}`,
      `incidents, ${incidents.filter(({ told }) => told).length} of which woke somebody`,
    ],
  ];
  return `<ul class="tiles">${entries.map(([value, label]) => `<li><b>${value}</b><span>${label}</span></li>`).join('')}</ul>`;
}

function jobTable(jobs: readonly JobView[]): string {
  const head = [
    'job',
    'runs',
    'on time',
    'late',
    'failed',
    'cost',
    'on demand',
    'saved',
    'utilisation',
    'load error',
    'runtime error',
  ];
  const rows = jobs.map(({ name, summary }) => [
    `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`,
    String(summary.runs),
    String(summary.onTime),
    flagged(summary.late),
    flagged(summary.failed),
    usdText(summary.costUsd),
    orDash(summary.onDemandUsd, usdText),
    orDash(summary.savingShare, percentText),
    orDash(summary.utilisation, percentText),
    orDash(summary.loadErrorShare, percentText),
    orDash(summary.runtimeErrorShare, percentText),
  ]);
  return `<div class="scroll" tabindex="0" role="region" aria-label="Jobs"><table>
<caption>Errors are medians of |actual − predicted| ÷ actual. Utilisation aims at 70–85 %.</caption>
<thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}</tbody>
</table></div>`;
}

function flagged(count: number): string {
  return count === 0 ? '0' : `<span class="bad">${count}</span>`;
}

function messageDetails(message: ReportData['messages'][number]): string {
  return `<details><summary>${minuteText(message.at)} ${escapeHtml(message.subject)}</summary><pre>${escapeHtml(message.text)}</pre></details>`;
}

function timelineTable(data: ReportData): string {
  const rows = data.timeline.map(
    (event) =>
      `<tr><td>${minuteText(event.at)}</td><td class="words">${escapeHtml(event.job)}</td><td class="words">${escapeHtml(event.kind)}</td><td class="words">${escapeHtml(event.text)}</td></tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="Timeline"><table><thead><tr><th scope="col">UTC</th><th scope="col" class="words">job</th><th scope="col" class="words">event</th><th scope="col" class="words">what</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}
