import { minuteText, percentText } from '../core/units-text.ts';
import { escapeHtml } from './html.ts';
import type { IncidentView, ReportData } from './report-data.ts';

/** Why it is taken to be, and how sure that is. */
export function causeText({ causes }: IncidentView): string {
  const [first] = causes;
  return first === undefined ? 'no cause is known' : `${first.cause} (${percentText(first.confidence)})`;
}

/** What was done first, and whether it helped. */
export function actionTexts({ actions }: IncidentView): string[] {
  return actions.map(({ says, done, because, helped }) => {
    if (!done) return `not done: ${says} (${because})`;
    const after =
      helped === null
        ? 'not looked at yet'
        : `${helped.yes ? 'it helped' : 'it did not help'}: ${helped.because}`;
    return `done: ${says} (${after})`;
  });
}

/** What went wrong, put together: one row an incident. */
export function incidentSection({ incidents }: ReportData): string {
  if (incidents.length === 0) return '<h2>Incidents</h2><p>None.</p>';
  const rows = incidents.map((incident) => {
    const done = actionTexts(incident).map(escapeHtml).join('<br>') || '–';
    return `<tr><td>${minuteText(incident.openedAt)}</td><td class="words">${severityHtml(incident)}</td>
<td class="words">${escapeHtml(incident.jobs.join(', '))}</td><td class="words">${escapeHtml(causeText(incident))}</td><td class="words">${done}</td>
<td>${incident.alarms}</td><td class="words">${incident.told ? 'yes' : 'no'}</td></tr>`;
  });
  const head = [
    'UTC',
    'severity',
    'jobs',
    'likeliest cause, and how likely',
    'done first',
    'alarms',
    'told',
  ].map((cell, i) => `<th scope="col"${i === 0 || i === 5 ? '' : ' class="words"'}>${cell}</th>`);
  return `<h2 id="incidents">Incidents</h2>
<p class="soft">Alarms with a cause in common. What puts neither a deadline nor the budget at stake is kept and wakes nobody.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Incidents"><table><thead><tr>${head.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function severityHtml({ severity }: IncidentView): string {
  return severity === 'low' || severity === 'medium' ? severity : `<span class="bad">${severity}</span>`;
}
