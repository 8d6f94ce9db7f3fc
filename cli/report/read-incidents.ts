import { RUNBOOKS } from '../../core/incidents/runbooks.ts';
import { superAlarmOf } from '../../core/report/super-alarm-of.ts';
import type { IncidentView } from '../../dashboard/report-data.ts';
import { assessmentOf, namesOf, recentActions, toldRank } from '../../lambdas/aws/ledger-incident-notes.ts';
import { incidentOf, newestIncidents } from '../../lambdas/aws/ledger-incidents.ts';
import type { Ledger } from '../../lambdas/aws/ledger-table.ts';

/**
 * The newest incidents of a deployment, the oldest first; what was merged into another is told with that one.
 *
 * @param last  how many to read at most
 */
export async function readIncidents(ledger: Ledger, last: number): Promise<IncidentView[]> {
  const views: IncidentView[] = [];
  const done = await recentActions(ledger);
  for (const { id } of (await newestIncidents(ledger, last)).reverse()) {
    const incident = await incidentOf(ledger, id);
    const assessed = await assessmentOf(ledger, id);
    if (incident === undefined || incident.state === 'merged' || assessed === undefined) continue;
    const names = namesOf(incident);
    const { headline } = superAlarmOf(incident, { hypotheses: assessed.hypotheses });
    views.push({
      ...{ id, headline, openedAt: incident.openedAt, closedAt: incident.closedAt },
      severity: assessed.worstSeverity ?? assessed.severity,
      jobs: [...assessed.jobs],
      alarms: incident.threads.length,
      causes: assessed.hypotheses.map(({ cause, confidence }) => ({ cause, confidence })),
      actions: actionsOf(
        done.filter(({ incidentId }) => names.includes(incidentId)),
        assessed.actions,
      ),
      told: (await toldRank(ledger, names)) !== null,
    });
  }
  return views;
}

type Done = Awaited<ReturnType<typeof recentActions>>;
type Proposed = NonNullable<Awaited<ReturnType<typeof assessmentOf>>>['actions'];

function actionsOf(done: Done, proposed: Proposed): IncidentView['actions'] {
  const saysOf = (runbookId: string) => RUNBOOKS.find(({ id }) => id === runbookId)?.says ?? runbookId;
  return [
    ...done.map(({ runbookId, outcome }) => ({
      ...{ says: saysOf(runbookId), done: true, because: 'every job hit has the autonomy "auto"' },
      helped: outcome === undefined ? null : { yes: outcome.helped, because: outcome.because },
    })),
    ...proposed
      .filter(({ runbookId }) => !done.some((each) => each.runbookId === runbookId))
      .map(({ runbookId, because }) => ({ says: saysOf(runbookId), done: false, because, helped: null })),
  ];
}
