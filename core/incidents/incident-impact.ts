import type { Incident } from '../contracts/incident.ts';
import { completePlace, type Topology } from './topology.ts';

/** What is known of a run that is due. */
export interface RunAtStake {
  readonly job: string;
  /** as the pilot says, 0..1 */
  readonly lateProbability: number;
  /** what it is predicted to cost above its plan, USD */
  readonly extraUsd: number;
}

/** The least first. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The higher of two; undefined counts as none. */
export function worseSeverity(one: Severity, other: Severity | undefined): Severity {
  return other !== undefined && SEVERITIES.indexOf(other) > SEVERITIES.indexOf(one) ? other : one;
}

/** What an incident may cost. */
export interface IncidentImpact {
  /** jobs that its alarms are about */
  readonly jobs: readonly string[];
  /** jobs that read, directly or not, what these write */
  readonly downstreamJobs: readonly string[];
  readonly deadlinesAtRisk: readonly { readonly job: string; readonly lateProbability: number }[];
  readonly extraUsd: number;
  readonly severity: Severity;
}

const AT_RISK = 0.1;
const LIKELY = 0.5;

/**
 * What an incident puts at stake: deadlines of its jobs, money, and jobs that wait for their output.
 *
 * Severity: critical when a deadline is likelier missed than met and others wait for the output, or when an alarm is
 * critical; high when a deadline is likelier missed than met; medium when one is at risk or money is lost; low otherwise.
 */
export function incidentImpact(
  { threads, level }: Incident,
  topology: Topology,
  runs: readonly RunAtStake[],
): IncidentImpact {
  const jobs = [
    ...new Set(threads.flatMap(({ alarm }) => completePlace(alarm.place, topology).job ?? [])),
  ].sort();
  const downstreamJobs = downstream(jobs, topology);
  const own = runs.filter(({ job }) => jobs.includes(job));
  const deadlinesAtRisk = own
    .filter(({ lateProbability }) => lateProbability >= AT_RISK)
    .map(({ job, lateProbability }) => ({ job, lateProbability }))
    .sort((a, b) => b.lateProbability - a.lateProbability || (a.job < b.job ? -1 : 1));
  const extraUsd = own.reduce((sum, run) => sum + Math.max(0, run.extraUsd), 0);
  const likelyMissed = deadlinesAtRisk.some(({ lateProbability }) => lateProbability >= LIKELY);
  const severity = (): Severity => {
    if (level === 'critical' || (likelyMissed && downstreamJobs.length > 0)) return 'critical';
    if (likelyMissed) return 'high';
    return deadlinesAtRisk.length > 0 || extraUsd > 0 ? 'medium' : 'low';
  };
  return { jobs, downstreamJobs, deadlinesAtRisk, extraUsd, severity: severity() };
}

function downstream(jobs: readonly string[], topology: Topology): string[] {
  const reached = new Set(jobs);
  const open = [...jobs];
  for (let job = open.pop(); job !== undefined; job = open.pop()) {
    const writes = topology.jobs.get(job)?.writes ?? [];
    for (const [reader, { reads }] of topology.jobs) {
      if (reached.has(reader) || !reads.some((dataset) => writes.includes(dataset))) continue;
      reached.add(reader);
      open.push(reader);
    }
  }
  return [...reached].filter((job) => !jobs.includes(job)).sort();
}
