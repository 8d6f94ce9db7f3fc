/**
 * What the report shows: everything it needs, and nothing that is looked up while it is drawn. Written as
 * JSON beside the report, so that other tools can read the same facts.
 */
import * as z from 'zod';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { PilotDecision } from '../core/contracts/flight.ts';
import { Instant, Usd } from '../core/contracts/quantities.ts';
import { RunRecord } from '../core/contracts/run-record.ts';

/** One run: what was planned, what happened, what was decided in flight. */
export const RunView = z.object({
  record: RunRecord,
  plan: FleetPlan.nullable(),
  decisions: z.array(PilotDecision),
  /** what the simulated market charged for the run's clusters; null in an account, until billing data come */
  chargedUsd: Usd.nullable(),
  /** when the last cluster of the run was gone */
  releasedAt: Instant.nullable(),
});
export type RunView = z.infer<typeof RunView>;

export const JobSummary = z.object({
  runs: z.number().int(),
  onTime: z.number().int(),
  late: z.number().int(),
  failed: z.number().int(),
  notRun: z.number().int(),
  costUsd: Usd,
  /** the baseline fleets on demand, over the same runs; null when no run has a baseline */
  onDemandUsd: Usd.nullable(),
  /** of what the baseline fleets would have cost; negative when the plans cost more */
  savingShare: z.number().nullable(),
  /** means over runs that measured it, 0..1 */
  utilisation: z.number().nullable(),
  /** medians over runs of |actual − predicted| ÷ actual */
  loadErrorShare: z.number().nullable(),
  /** of finished runs only */
  runtimeErrorShare: z.number().nullable(),
});
export type JobSummary = z.infer<typeof JobSummary>;

export const JobView = z.object({
  name: z.string(),
  task: z.string(),
  description: z.string(),
  /** when it starts and when it must have ended, in words */
  startText: z.string(),
  deadlineText: z.string(),
  /** share of runs that must be on time, 0..1 */
  sloTarget: z.number(),
  budgetTargetUsd: Usd,
  budgetLimitUsd: Usd,
  summary: JobSummary,
  /** by scheduled time */
  runs: z.array(RunView),
});
export type JobView = z.infer<typeof JobView>;

export const TimelineEvent = z.object({
  at: Instant,
  job: z.string(),
  kind: z.enum(['planned', 'launched', 'steered', 'warned', 'landed', 'late', 'failed', 'not-run']),
  text: z.string(),
});
export type TimelineEvent = z.infer<typeof TimelineEvent>;

const Message = z.object({ at: Instant, subject: z.string(), text: z.string() });

export const ReportData = z.object({
  source: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('simulation'),
      seed: z.string(),
      world: z.string(),
      transport: z.string(),
      /** hash of everything that happened: two runs of a seed agree on it */
      traceHash: z.string(),
    }),
    z.object({ kind: z.literal('account'), table: z.string(), region: z.string() }),
  ]),
  from: Instant,
  until: Instant,
  total: JobSummary,
  jobs: z.array(JobView),
  timeline: z.array(TimelineEvent),
  messages: z.array(Message),
});
export type ReportData = z.infer<typeof ReportData>;
