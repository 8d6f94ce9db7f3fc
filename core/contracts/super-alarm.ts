import * as z from 'zod';
import { AlarmFamily, AlarmLevel, AlarmPlace } from './alarm.ts';
import { Instant, Probability } from './quantities.ts';

/** At most so many of each are told. With the lengths of texts it keeps a message of all forms below SNS's 256 KiB. */
export const TOLD_MAX = { alarms: 12, causes: 5, evidence: 3, actions: 5, quiet: 10, jobs: 20 } as const;

/** What people and machines are told of an incident. SNS carries it as JSON. */
export const SuperAlarm = z.object({
  /** of this form: rises when a field changes its meaning */
  form: z.literal(1),
  incidentId: z.string().min(1),
  /** of the incident: what has a lower one is older */
  version: z.number().int().min(1),
  state: z.enum(['open', 'held', 'closed', 'merged']),
  /** the incident that has its alarms, when it is merged */
  mergedInto: z.string().nullable(),
  /** one line: what is wrong */
  headline: z.string().min(1).max(200),
  level: AlarmLevel,
  severity: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
  openedAt: Instant,
  lastNoticeAt: Instant,
  closedAt: Instant.nullable(),
  reopened: z.number().int().nonnegative(),
  /** of all alarms, repeated deliveries left out */
  notices: z.number().int().nonnegative(),
  /** the worst first; those that are over last */
  alarms: z
    .array(
      z.object({
        rule: z.string(),
        source: z.string(),
        state: z.enum(['firing', 'resolved']),
        level: AlarmLevel,
        family: AlarmFamily,
        place: AlarmPlace,
        says: z.string(),
        notices: z.number().int().min(1),
        flaps: z.number().int().nonnegative(),
        joinedBecause: z.string(),
      }),
    )
    .max(TOLD_MAX.alarms),
  alarmsLeftOut: z.number().int().nonnegative(),
  /** null: nobody has worked it out */
  impact: z
    .object({
      jobs: z.array(z.string()).max(TOLD_MAX.jobs),
      downstreamJobs: z.array(z.string()).max(TOLD_MAX.jobs),
      deadlinesAtRisk: z
        .array(z.object({ job: z.string(), lateProbability: Probability }))
        .max(TOLD_MAX.jobs),
      extraUsd: z.number(),
    })
    .nullable(),
  /** possible causes, the likeliest first */
  causes: z
    .array(
      z.object({
        cause: z.string(),
        confidence: Probability,
        evidenceFor: z.array(z.string()).max(TOLD_MAX.evidence),
        evidenceAgainst: z.array(z.string()).max(TOLD_MAX.evidence),
      }),
    )
    .max(TOLD_MAX.causes),
  /** first responses, and what became of them */
  actions: z
    .array(
      z.object({
        runbookId: z.string(),
        says: z.string(),
        mode: z.enum(['do', 'ask', 'advise', 'dry run', 'wait']),
        because: z.string(),
        undo: z.string().nullable(),
      }),
    )
    .max(TOLD_MAX.actions),
  /** alarms that are kept and wake nobody, and why */
  quiet: z.array(z.object({ says: z.string(), because: z.string() })).max(TOLD_MAX.quiet),
  /** a chart of the worst series */
  chartUrl: z.url({ protocol: /^https$/ }).nullable(),
  /** a run of the incident that waits for people to approve its plan */
  runToApprove: z.string().nullable(),
});
export type SuperAlarm = z.infer<typeof SuperAlarm>;
