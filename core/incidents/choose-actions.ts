import type { AlarmFamily } from '../contracts/alarm.ts';
import type { Incident } from '../contracts/incident.ts';
import type { Job } from '../contracts/job.ts';
import type { ActionRecord, Runbook } from '../contracts/runbook.ts';
import { secondsBetween, SECONDS_PER_DAY } from '../units.ts';
import { SEVERITIES, type IncidentImpact, type Severity } from './incident-impact.ts';
import type { Hypothesis } from './rank-hypotheses.ts';

/** What is known when a first response is chosen. */
export interface Situation {
  readonly incident: Incident;
  readonly impact: IncidentImpact;
  readonly hypotheses: readonly Hypothesis[];
  /** of the incident's jobs; none counts as `advise` */
  readonly autonomies: readonly Job['autonomy'][];
}

/** What becomes of a runbook that fits. */
export interface ActionDecision {
  readonly runbook: Runbook;
  /** `do` it, `ask` people first, `advise` them only, say what a `dry run` would do, or `wait` for a limit */
  readonly mode: 'do' | 'ask' | 'advise' | 'dry run' | 'wait';
  /** one sentence */
  readonly because: string;
}

/**
 * Which first responses fit an incident, and what each may do: within its limits and its cool-down, and as far as the
 * most careful of the incident's jobs allows. A response fits when the causes that it is against are likely enough: how
 * sure another cause is, a release say, counts for nothing.
 *
 * @param history  actions of any incident, the last day's at least
 */
export function chooseActions(
  { incident, impact, hypotheses, autonomies }: Situation,
  runbooks: readonly Runbook[],
  history: readonly ActionRecord[],
  now: string,
): ActionDecision[] {
  return runbooks
    .filter((runbook) => applies(runbook, incident, impact.severity, hypotheses))
    .map((runbook) => {
      const limit = limitHit(runbook, incident.id, history, now);
      if (limit !== null) return { runbook, mode: 'wait', because: limit };
      if (runbook.dryRun) return { runbook, mode: 'dry run', because: 'the runbook is a dry run' };
      return { runbook, ...allowed(autonomies) };
    });
}

function applies(
  { when }: Runbook,
  { threads }: Incident,
  severity: Severity,
  hypotheses: readonly Hypothesis[],
): boolean {
  const isOfIt = (rule: string, families: readonly AlarmFamily[]) =>
    families.some((family) => when.families.includes(family)) &&
    (when.rules === undefined || when.rules.includes(rule));
  // causes exclude each other: that one of several is it is as likely as all of them together
  const confidence = hypotheses.reduce(
    (sum, { about, confidence: its }) =>
      about !== undefined && isOfIt(about.rule, about.families) ? sum + its : sum,
    0,
  );
  return (
    SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(when.leastSeverity) &&
    confidence >= when.leastConfidence &&
    threads.some(({ alarm }) => alarm.state === 'firing' && isOfIt(alarm.rule, [alarm.family]))
  );
}

function limitHit(
  { id, limits }: Runbook,
  incidentId: string,
  history: readonly ActionRecord[],
  now: string,
): string | null {
  const own = history.filter(({ runbookId }) => runbookId === id);
  const here = own.filter((record) => record.incidentId === incidentId).length;
  if (here >= limits.perIncident)
    return `done ${here} times for this incident; ${limits.perIncident} allowed`;
  const today = own.filter(({ at }) => secondsBetween(at, now) < SECONDS_PER_DAY).length;
  if (today >= limits.perDay) return `done ${today} times in a day; ${limits.perDay} allowed`;
  const last = Math.min(...own.map(({ at }) => secondsBetween(at, now)));
  if (last < limits.coolDownSeconds)
    return `done ${Math.round(last)} s ago; ${limits.coolDownSeconds} s must pass`;
  return null;
}

function allowed(autonomies: readonly Job['autonomy'][]): Pick<ActionDecision, 'mode' | 'because'> {
  if (autonomies.length === 0) return { mode: 'advise', because: 'no job is known that would allow it' };
  if (autonomies.includes('advise'))
    return { mode: 'advise', because: 'a job hit has the autonomy "advise"' };
  if (autonomies.includes('approve')) return { mode: 'ask', because: 'a job hit has the autonomy "approve"' };
  return { mode: 'do', because: 'every job hit has the autonomy "auto"' };
}
