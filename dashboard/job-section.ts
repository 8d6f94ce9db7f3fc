import { remedyText } from '../core/failure-policy/describe-policy.ts';
import { failureRule } from '../core/failure-policy/failure-policy.ts';
import { BYTES_PER_GIB, SECONDS_PER_MINUTE } from '../core/units.ts';
import { bytesText, durationText, minuteText, percentText, usdText } from '../core/units-text.ts';
import { costAgainstLateness } from './charts/cost-against-lateness.ts';
import { costByRun } from './charts/cost-by-run.ts';
import { forecastBand } from './charts/forecast-band.ts';
import { runsGantt } from './charts/runs-gantt.ts';
import { escapeHtml } from './html.ts';
import type { JobView, RunView } from './report-data.ts';
import { orDash } from './text.ts';

/** One job: its charts, why the last plan is what it is, and its runs. */
export function jobSection(job: JobView): string {
  const heading = `<h2 id="${escapeHtml(job.name)}">${escapeHtml(job.name)}</h2>
<p class="soft">${escapeHtml(job.description)} (${escapeHtml(job.task)}). Starts ${escapeHtml(job.startText)}; must end ${escapeHtml(job.deadlineText)};
aims at ${usdText(job.budgetTargetUsd)} a run, never above ${usdText(job.budgetLimitUsd)}.</p>`;
  if (job.runs.length === 0) return `${heading}<p>No run in this time.</p>`;
  return `${heading}
<div class="grid">
${figure('Runs and their deadlines', runsGantt(job.runs, `Runs of ${job.name} against their deadlines`))}
${figure('Cost of each run', costByRun(job.runs, `Cost of each run of ${job.name}`))}
${figure('Load: forecast and fact', loadBand(job))}
${figure('Runtime: prediction and fact', runtimeBand(job))}
${lastPlanFigure(job)}
</div>
<details><summary>All ${job.runs.length} runs of ${escapeHtml(job.name)}</summary>${runTable(job)}</details>`;
}

function figure(title: string, content: string): string {
  return `<figure><h3>${escapeHtml(title)}</h3>${content}</figure>`;
}

function loadBand(job: JobView): string {
  const points = job.runs.map(({ record }) => ({
    at: record.scheduledAt,
    predicted: record.forecastInputBytes,
    actual: record.inputBytes,
  }));
  return forecastBand(points, `Load of ${job.name}, forecast and fact`, {
    name: 'GiB',
    scale: BYTES_PER_GIB,
  });
}

function runtimeBand(job: JobView): string {
  const points = job.runs.map(({ record }) => ({
    at: record.scheduledAt,
    predicted: record.predictedRuntimeSeconds,
    actual: record.runtimeSeconds,
  }));
  return forecastBand(points, `Runtime of ${job.name}, prediction and fact`, {
    name: 'minutes',
    scale: SECONDS_PER_MINUTE,
  });
}

function lastPlanFigure({ runs, sloTarget }: JobView): string {
  const plan = runs.findLast((run) => run.plan !== null)?.plan;
  if (plan === undefined || plan === null) return '';
  const why = plan.reasons.map((reason) => `<li>${escapeHtml(reason)}</li>`).join('');
  const whyNot = plan.alternatives
    .map(
      (other) =>
        `<li>${escapeHtml(`${other.label}, ${usdText(other.forecast.costUsd)}: ${other.whyNot}`)}</li>`,
    )
    .join('');
  return `${figure(`Last plan (${minuteText(plan.plannedAt)}): cost against lateness`, costAgainstLateness(plan, sloTarget))}
<figure><h3>Why this plan</h3><ul class="why">${why}</ul><h3>Why not another</h3><ul class="why">${whyNot}</ul></figure>`;
}

function runTable(job: JobView): string {
  const head = [
    'scheduled (UTC)',
    'outcome',
    'fleet',
    'load',
    'runtime',
    'cost',
    'planned',
    'on demand',
    'utilisation',
    'looks',
  ];
  const rows = job.runs.map((run) => {
    const { record } = run;
    const cells = [
      minuteText(record.scheduledAt),
      `<span class="${record.outcome === 'succeeded' ? 'good' : 'bad'}" title="${escapeHtml(record.outcomeReason)}">${escapeHtml(record.outcome)}</span>${failureText(run)}${logText(run)}`,
      escapeHtml(fleetText(run)),
      orDash(record.inputBytes, bytesText),
      orDash(record.runtimeSeconds, durationText),
      orDash(run.chargedUsd ?? record.costUsd, usdText),
      orDash(record.predictedCostUsd, usdText),
      orDash(record.onDemandCostUsd, usdText),
      orDash(record.utilisation, percentText),
      String(run.decisions.length),
    ];
    return `<tr>${cells.map((cell, i) => (i === 1 || i === 2 ? `<td class="words">${cell}</td>` : `<td>${cell}</td>`)).join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Runs of ${escapeHtml(job.name)}"><table>
<thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

/** Why a run failed, and what was tried next, in one sentence. */
function failureText({ record: { failure } }: RunView): string {
  if (failure === null) return '';
  const says = failureRule(failure.rule).says.slice(0, -1);
  const next = failure.remedy === 'stop-and-tell' ? '' : `; next: ${remedyText(failure.remedy)}`;
  return `<br><span class="soft">${escapeHtml(`${says}${next}.`)}</span>`;
}

/** What the run's event logs lack. */
function logText({ record: { logRemarks = [] } }: RunView): string {
  if (logRemarks.length === 0) return '';
  return `<br><span class="soft">${escapeHtml(`Event log: ${logRemarks.join(' ')}`)}</span>`;
}

function fleetText({ plan }: RunView): string {
  if (plan === null) return '–';
  const parts = plan.fleets
    .filter((fleet) => fleet.role !== 'primary')
    .map((fleet) => {
      const bought = [
        ...(fleet.onDemandUnits > 0 ? [`${fleet.onDemandUnits} vCPU on demand`] : []),
        ...(fleet.spotUnits > 0 ? [`${fleet.spotUnits} spot`] : []),
      ];
      return `${fleet.role}: ${bought.join(' + ')} of ${fleet.instanceTypes[0]?.name ?? ''}${fleet.instanceTypes.length > 1 ? ` +${fleet.instanceTypes.length - 1}` : ''}`;
    });
  return parts.join('; ');
}
