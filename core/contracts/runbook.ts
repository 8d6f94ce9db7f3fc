import * as z from 'zod';
import { AlarmFamily } from './alarm.ts';
import { Instant } from './quantities.ts';

/** What can be done at once, and how it is taken back. */
const RunbookAction = z.enum([
  'retry-on-another-pool',
  'more-executor-memory',
  'quarantine-pool',
  'pause-job',
  'open-kill-switch',
]);

/** A first response, as data. */
export const Runbook = z.strictObject({
  id: z.string().min(1),
  /** one sentence for people */
  says: z.string().min(10).max(200),
  when: z.strictObject({
    families: z.array(AlarmFamily).min(1),
    /** rules of alarms, one of which must be in the incident; absent: any */
    rules: z.array(z.string().min(1)).min(1).optional(),
    leastSeverity: z.enum(['low', 'medium', 'high', 'critical']),
    /** of the hypotheses about these families and rules together, 0..1 */
    leastConfidence: z.number().min(0).max(1),
  }),
  action: RunbookAction,
  limits: z.strictObject({
    perIncident: z.number().int().min(1),
    perDay: z.number().int().min(1),
    coolDownSeconds: z.number().int().min(0),
  }),
  /** only say what would be done */
  dryRun: z.boolean(),
  /** how it is taken back; null: it ends by itself, or cannot be */
  undo: z.enum(['lift-quarantine', 'resume-job', 'close-kill-switch']).nullable(),
});
export type Runbook = z.infer<typeof Runbook>;

/** What the one look afterwards found. */
const ActionOutcome = z.object({
  lookedAt: Instant,
  helped: z.boolean(),
  /** one sentence */
  because: z.string(),
});
export type ActionOutcome = z.infer<typeof ActionOutcome>;

/** An action that was taken: kept in the ledger. */
export const ActionRecord = z.object({
  runbookId: z.string(),
  incidentId: z.string(),
  action: RunbookAction,
  at: Instant,
  /** of this runbook for this incident, from 1; absent in records of earlier versions, which are not looked at */
  nth: z.number().int().min(1).optional(),
  /** absent: nobody has looked yet */
  outcome: ActionOutcome.optional(),
});
export type ActionRecord = z.infer<typeof ActionRecord>;
