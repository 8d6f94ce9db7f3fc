import * as z from 'zod';
import { Instant, Probability } from './quantities.ts';

const Severity = z.enum(['low', 'medium', 'high', 'critical']);

/** What was made of an incident when it was last looked at: kept beside it. */
export const IncidentAssessment = z.object({
  assessedAt: Instant,
  severity: Severity,
  /** the highest so far: what is over puts nothing at stake any more; absent in notes of earlier versions */
  worstSeverity: Severity.optional(),
  jobs: z.array(z.string()).readonly(),
  downstreamJobs: z.array(z.string()).readonly(),
  deadlinesAtRisk: z.array(z.object({ job: z.string(), lateProbability: Probability })).readonly(),
  extraUsd: z.number().nonnegative(),
  /** the likeliest first */
  hypotheses: z.array(
    z.object({
      cause: z.string(),
      kind: z.enum(['rule', 'attributes', 'topology', 'change']),
      confidence: Probability,
      /** of the alarms that it is the cause of; absent: it is about no one rule, or a note of an earlier version */
      rule: z.string().optional(),
      evidenceFor: z.array(z.string()).readonly(),
      evidenceAgainst: z.array(z.string()).readonly(),
    }),
  ),
  /** first responses: done, or why not */
  actions: z.array(z.object({ runbookId: z.string(), mode: z.string(), because: z.string() })),
  /** sentences on alarms that are kept and wake nobody */
  quiet: z.array(z.string()),
});
export type IncidentAssessment = z.infer<typeof IncidentAssessment>;

/** Somebody has an incident in hand: nobody else need be woken by it. */
export const Acknowledgement = z.object({ by: z.string(), at: Instant, reason: z.string() });
export type Acknowledgement = z.infer<typeof Acknowledgement>;
