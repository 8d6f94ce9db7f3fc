import * as z from 'zod';
import { Instant } from '../../core/contracts/quantities.ts';
import type { Run } from '../../core/contracts/run.ts';
import { deleteItemIf, getItem, newestItems, putItem, updateItem, type Ledger } from './ledger-table.ts';

/** A run that is not closed: what `watch-starts` goes through. */
const OpenRun = z.object({
  runKey: z.string(),
  job: z.string(),
  scheduledAt: Instant,
  deadlineAt: Instant,
  executionArn: z.string(),
  /** when this start of the run was admitted */
  openedAt: Instant,
  /** while people are asked for their approval, and after */
  approval: z
    .object({ askedAt: Instant, remindAt: Instant, answerBy: Instant, taskToken: z.string() })
    .optional(),
});
export type OpenRun = z.infer<typeof OpenRun>;

const OPEN = 'OPEN';
const openKey = (runKey: string) => ({ pk: OPEN, sk: runKey });

/** Lists a run as open. Listing it again, for a later start, replaces the entry. */
export async function putOpenRun(ledger: Ledger, run: Run, now: Date): Promise<void> {
  const { runKey, job, scheduledAt, deadlineAt, executionArn } = run;
  const open: OpenRun = { runKey, job, scheduledAt, deadlineAt, executionArn, openedAt: now.toISOString() };
  await putItem(ledger, { ...openKey(runKey), ...open });
}

/** Notes that people are asked to approve a run's plan. A run that is not open is left alone. */
export async function noteApproval(
  ledger: Ledger,
  runKey: string,
  approval: NonNullable<OpenRun['approval']>,
): Promise<void> {
  const update = 'SET approval = :approval';
  const change = { update, condition: 'attribute_exists(pk)', values: { ':approval': approval } };
  await updateItem(ledger, openKey(runKey), change, z.unknown());
}

/** A run that is open; undefined when it is closed, or never was. */
export async function openRun(ledger: Ledger, runKey: string): Promise<OpenRun | undefined> {
  return getItem(ledger, openKey(runKey), OpenRun);
}

/** Takes a run off the list, unless another start of it has it by now. */
export async function dropOpenRun(
  ledger: Ledger,
  { runKey, executionArn }: Pick<OpenRun, 'runKey' | 'executionArn'>,
): Promise<void> {
  await deleteItemIf(ledger, openKey(runKey), 'executionArn = :mine', { ':mine': executionArn });
}

/**
 * An incident that is open or held. In a partition of its own: the version before takes everything in that of the runs for
 * a run, and is still there while a deploy goes on and after a rollback.
 */
const OPEN_INCIDENTS = 'OPEN-INCIDENTS';
const OpenIncident = z.object({ incidentId: z.string() });

/** Where an incident is listed while it is open or held. */
export const openIncidentKey = (id: string) => ({ pk: OPEN_INCIDENTS, sk: id });

/** The runs that are open, those of the last job by name first. */
export async function openRuns(ledger: Ledger): Promise<OpenRun[]> {
  return newestItems(ledger, { pk: OPEN, skPrefix: null, last: null }, OpenRun);
}

/** Names of the incidents that are open or held, the newest first. */
export async function liveIncidentIds(ledger: Ledger): Promise<string[]> {
  const range = { pk: OPEN_INCIDENTS, skPrefix: null, last: null };
  return (await newestItems(ledger, range, OpenIncident)).map(({ incidentId }) => incidentId);
}
