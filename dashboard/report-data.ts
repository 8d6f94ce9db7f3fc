/**
 * What the report shows: everything it needs, and nothing that is looked up while it is drawn. Written as
 * JSON beside the report, so that other tools can read the same facts.
 */
import * as z from 'zod';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { PilotDecision } from '../core/contracts/flight.ts';
import { Instant, Probability, Usd } from '../core/contracts/quantities.ts';
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

/** What went wrong, put together. */
const IncidentView = z.object({
  id: z.string(),
  headline: z.string(),
  openedAt: Instant,
  closedAt: Instant.nullable(),
  /** the highest that it had */
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  jobs: z.array(z.string()),
  alarms: z.number().int(),
  /** the likeliest first */
  causes: z.array(z.object({ cause: z.string(), confidence: Probability })),
  /** first responses: done, or why not */
  actions: z.array(
    z.object({
      says: z.string(),
      done: z.boolean(),
      because: z.string(),
      /** what one look afterwards found; null: there was none yet */
      helped: z.object({ yes: z.boolean(), because: z.string() }).nullable(),
    }),
  ),
  /** whether people were told of it */
  told: z.boolean(),
});
export type IncidentView = z.infer<typeof IncidentView>;

const Message = z.object({ at: Instant, subject: z.string(), text: z.string() });

export const ReportData = z.object({
  source: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('simulation'),
      seed: z.string(),
      world: z.string(),
      transport: z.string(),
      /** file of the faults that were injected; absent: none were, or an older report does not say */
      faults: z.string().optional(),
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
  /** by time; reports of earlier versions have none */
  incidents: z.array(IncidentView).default([]),
});
export type ReportData = z.infer<typeof ReportData>;
