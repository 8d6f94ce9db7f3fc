import type { Incident } from '../../core/contracts/incident.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import type { FleetView } from '../../core/incidents/apply-alarms.ts';
import type { ActionDecision } from '../../core/incidents/choose-actions.ts';
import { ruleCandidates } from '../../core/incidents/incident-candidates.ts';
import { incidentImpact, worseSeverity, type RunAtStake } from '../../core/incidents/incident-impact.ts';
import { rankHypotheses } from '../../core/incidents/rank-hypotheses.ts';
import { runAtStake } from '../../core/incidents/run-at-stake.ts';
import { hush } from '../../core/incidents/suppression.ts';
import { rankToTell } from '../../core/incidents/tell-incident.ts';
import { completePlace } from '../../core/incidents/topology.ts';
import { composeSuperAlarm } from '../../core/report/super-alarm.ts';
import { lookAtOutcomes, respondFirst } from './first-response.ts';
import { decisionAt, newestDecision } from './ledger-decisions.ts';
import {
  acknowledgementOf,
  assessmentOf,
  keepAssessment,
  namesOf,
  silencesAt,
  tellOnce,
  toldRank,
} from './ledger-incident-notes.ts';
import { incidentOf } from './ledger-incidents.ts';
import { openRuns } from './ledger-open-runs.ts';
import type { Ledger } from './ledger-table.ts';
import { sendMessage } from './messages.ts';

interface Surroundings {
  readonly ledger: Ledger;
  readonly topicArn: string;
  readonly jobs: readonly DeployedJob[];
  readonly fleet: FleetView;
  readonly now: Date;
}

/**
 * Looks after an incident: what it puts at stake, why it is, what may be done at once, and whether people are to be told.
 *
 * @returns whether people were told
 */
export async function lookAfterIncident(surroundings: Surroundings, id: string): Promise<boolean> {
  const { ledger, jobs, fleet, now } = surroundings;
  const incident = await incidentOf(ledger, id);
  if (incident === undefined || incident.state === 'merged') return false;
  const { topology } = fleet;
  const impact = incidentImpact(incident, topology, await stakesOf(surroundings, incident));
  const hypotheses = rankHypotheses(ruleCandidates(incident, topology));
  const actions = await respondFirst(ledger, jobs, incident, { impact, hypotheses }, now);
  await lookAtOutcomes(ledger, incident, now);
  const silences = await silencesAt(ledger, now);
  const rules = { silences, muteTimes: [], inhibitions: [] };
  const { silent, suppressed } = hush(incident, rules, topology, now.toISOString());
  const { severity, ...stakes } = impact;
  const before = await assessmentOf(ledger, id);
  const assessment = {
    ...{ assessedAt: now.toISOString(), severity, ...stakes },
    hypotheses: hypotheses.map(({ about, ...rest }) => ({ ...rest, ...(about && { rule: about.rule }) })),
    worstSeverity: worseSeverity(severity, before?.worstSeverity),
    // what was proposed while it was open stays known
    actions: incident.state === 'open' ? actions.map(briefly) : (before?.actions ?? []),
    quiet: suppressed.map(({ because }) => because),
  };
  await keepAssessment(ledger, id, assessment, now);
  const names = namesOf(incident);
  const acknowledged = (await acknowledgementOf(ledger, names)) !== undefined;
  const telling = { incident, impact, silent, acknowledged, toldRank: await toldRank(ledger, names) };
  const rank = rankToTell(telling);
  if (rank === null) return false;
  const message = composeSuperAlarm(incident, { impact, hypotheses, actions, suppressed });
  return tellOnce(ledger, names, rank, now, () =>
    sendMessage(ledger.clients, surroundings.topicArn, message),
  );
}

function briefly({ runbook, mode, because }: ActionDecision) {
  return { runbookId: runbook.id, mode, because };
}

/** What the open runs of an incident's jobs have to lose, by their pilots. */
async function stakesOf(
  { ledger, jobs, fleet: { topology } }: Surroundings,
  { threads }: Incident,
): Promise<RunAtStake[]> {
  const names = new Set(threads.flatMap(({ alarm }) => completePlace(alarm.place, topology).job ?? []));
  const hit = new Map(jobs.flatMap((job) => (names.has(job.name) ? [[job.name, job] as const] : [])));
  if (hit.size === 0) return [];
  const stakes: RunAtStake[] = [];
  for (const { job: name, runKey } of await openRuns(ledger)) {
    const job = hit.get(name);
    const newest = job === undefined ? null : await newestDecision(ledger, runKey);
    if (job === undefined || newest === null) continue;
    const { targetUsd } = job.budget.perRun;
    const first = await decisionAt(ledger, runKey, newest.attempt, 0);
    stakes.push(runAtStake({ job: name, targetUsd }, first, newest));
  }
  return stakes;
}
