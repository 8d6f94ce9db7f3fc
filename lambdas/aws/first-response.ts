import type { Incident } from '../../core/contracts/incident.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import type { Runbook } from '../../core/contracts/runbook.ts';
import { chooseActions, type ActionDecision } from '../../core/incidents/choose-actions.ts';
import type { IncidentImpact } from '../../core/incidents/incident-impact.ts';
import { judgeAction } from '../../core/incidents/judge-action.ts';
import type { Hypothesis } from '../../core/incidents/rank-hypotheses.ts';
import { RUNBOOKS } from '../../core/incidents/runbooks.ts';
import { minuteText } from '../../core/units-text.ts';
import { actionsFor, claimAction, namesOf, noteOutcome, recentActions } from './ledger-incident-notes.ts';
import type { Ledger } from './ledger-table.ts';
import { standingResponses } from './own-responses.ts';
import { actOf } from './response-acts.ts';

/** What takes another attempt is decided by the failure policy, when the attempt is collected. */
const HERE: ReadonlySet<Runbook['action']> = new Set(['quarantine-pool', 'pause-job', 'open-kill-switch']);
const OURS = RUNBOOKS.filter(({ action }) => HERE.has(action));

interface Known {
  readonly impact: IncidentImpact;
  readonly hypotheses: readonly Hypothesis[];
}

/**
 * Does what may be done first about an incident that is open, and then writes it down: cut off in between, it is done
 * and written down at the next look.
 *
 * @returns what was done at this look or before and holds, and what only people may do
 */
export async function respondFirst(
  ledger: Ledger,
  jobs: readonly DeployedJob[],
  incident: Incident,
  known: Known,
  now: Date,
): Promise<ActionDecision[]> {
  const decisions = incident.state === 'open' ? await respond(ledger, jobs, incident, known, now) : [];
  const before = await actionsFor(ledger, incident.id);
  if (decisions.length + before.length + incident.mergedFrom.length === 0) return [];
  const ids = [incident.id, ...incident.mergedFrom];
  const standing = await standingResponses(ledger, ids, now.toISOString());
  return OURS.flatMap((runbook): ActionDecision[] => {
    const since = standing.get(runbook.action);
    const decision = decisions.find((each) => each.runbook.id === runbook.id);
    if (since === undefined) return decision === undefined ? [] : [decision];
    return [{ runbook, mode: 'do', because: `since ${minuteText(since)} UTC` }];
  });
}

async function respond(
  ledger: Ledger,
  jobs: readonly DeployedJob[],
  incident: Incident,
  known: Known,
  now: Date,
): Promise<ActionDecision[]> {
  const autonomies = jobs.flatMap(({ name, autonomy }) =>
    known.impact.jobs.includes(name) ? [autonomy] : [],
  );
  const situation = { incident, ...known, autonomies };
  const at = now.toISOString();
  if (chooseActions(situation, OURS, [], at).length === 0) return [];
  const history = await recentActions(ledger);
  const decisions: ActionDecision[] = [];
  for (const decision of chooseActions(situation, OURS, history, at)) {
    const { mode, runbook } = decision;
    const isOf = (record: { runbookId: string; incidentId: string }) =>
      record.runbookId === runbook.id && record.incidentId === incident.id;
    const nth = history.filter(isOf).length + 1;
    const { jobs: hit } = known.impact;
    const act = mode === 'do' ? await actOf(ledger, { runbook, incident, jobs: hit, nth, now }) : null;
    if (act === null) {
      decisions.push(mode === 'do' ? nothingToDo(decision, nth) : decision);
      continue;
    }
    await act();
    const record = { runbookId: runbook.id, incidentId: incident.id, action: runbook.action, at };
    await claimAction(ledger, record, nth);
    decisions.push(decision);
  }
  return decisions;
}

function nothingToDo(decision: ActionDecision, nth: number): ActionDecision {
  const because =
    nth > 1
      ? 'it was done before, and nothing came since that asks for more'
      : 'there is nothing to do it to';
  return { ...decision, mode: 'wait', because };
}

/** The one look after each first response for an incident whether it helped, once it is due. */
export async function lookAtOutcomes(ledger: Ledger, incident: Incident, now: Date): Promise<void> {
  for (const name of namesOf(incident)) {
    for (const record of await actionsFor(ledger, name)) {
      const runbook = RUNBOOKS.find(({ id }) => id === record.runbookId);
      const outcome =
        runbook === undefined ? null : judgeAction(record, runbook, incident, now.toISOString());
      if (outcome !== null) await noteOutcome(ledger, record, outcome);
    }
  }
}
