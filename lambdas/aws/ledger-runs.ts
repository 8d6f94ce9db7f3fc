import * as z from 'zod';
import { RunOutcome } from '../../core/contracts/run-record.ts';
import { Run } from '../../core/contracts/run.ts';
import { Instant } from '../../core/contracts/quantities.ts';
import {
  deleteItemIf,
  expiryAfterDays,
  getItem,
  putItem,
  putItemIf,
  putItemOnce,
  updateItem,
  type Ledger,
} from './ledger-table.ts';
import { dropOpenRun, putOpenRun } from './ledger-open-runs.ts';

const KEPT_DAYS = 400;

const RunItem = z.object({
  run: Run,
  caller: z.string().nullable(),
  outcome: RunOutcome.nullable(),
  closedAt: Instant.nullable(),
  /** executions of earlier starts, the latest last */
  heldBefore: z.array(z.string()).optional(),
});
export type RunItem = z.infer<typeof RunItem>;

/** There are no more attempts of a run than that. */
const HELD_BEFORE_MAX = 60;

const runItemKey = (runKey: string) => ({ pk: `RUN#${runKey}`, sk: 'RUN' });
/** `run` may become a word of DynamoDB's expressions, as many are. */
const names = { '#run': 'run' };

/**
 * Writes a run's key, which only the first start of the run can do, and lists it as open. The list comes first:
 * what is cut off in between is an open run without a run, and `watch-starts` tidies it up.
 *
 * @returns the run as it stands in the ledger, whoever wrote it
 */
export async function keepRun(ledger: Ledger, run: Run, caller: string | null): Promise<RunItem> {
  const item: RunItem = { run, caller, outcome: null, closedAt: null };
  const key = runItemKey(run.runKey);
  const expiresAt = expiryAfterDays(new Date(run.admittedAt), KEPT_DAYS);
  await putOpenRun(ledger, run, new Date(run.admittedAt));
  if (await putItemOnce(ledger, { ...key, ...item, expiresAt })) return item;
  return (await getItem(ledger, key, RunItem)) ?? item;
}

/** A run as admitted; undefined when it never was. */
export async function findRun(ledger: Ledger, runKey: string): Promise<RunItem | undefined> {
  return getItem(ledger, runItemKey(runKey), RunItem);
}

/**
 * Hands a run whose execution ended without landing to another start of it: of several that ask, one gets it.
 *
 * @param before  as last read
 * @param after  the run as the new start has it
 * @returns whether this call handed it over
 */
export async function handOver(ledger: Ledger, before: RunItem, after: Run, now: Date): Promise<boolean> {
  await putOpenRun(ledger, after, now);
  const { run, closedAt, heldBefore = [] } = before;
  const changed = await updateItem(
    ledger,
    runItemKey(after.runKey),
    {
      update: 'SET #run = :after, outcome = :none, closedAt = :none, heldBefore = :heldBefore',
      condition: '#run.executionArn = :holder AND closedAt = :closed',
      values: {
        ':after': after,
        ':none': null,
        ':holder': run.executionArn,
        ':closed': closedAt,
        ':heldBefore': [...heldBefore, run.executionArn].slice(-HELD_BEFORE_MAX),
      },
      names,
    },
    RunItem,
  );
  return changed !== undefined;
}

/** Writes down how a run ended, unless another start of it has it by now. */
export async function closeRun(ledger: Ledger, run: Run, outcome: RunOutcome, now: Date): Promise<void> {
  await updateItem(
    ledger,
    runItemKey(run.runKey),
    {
      update: 'SET outcome = :outcome, closedAt = :now',
      condition: '#run.executionArn = :holder',
      values: { ':outcome': outcome, ':now': now.toISOString(), ':holder': run.executionArn },
      names,
    },
    z.unknown(),
  );
  await dropOpenRun(ledger, run);
}

const ActiveRun = z.object({ runKey: z.string(), executionArn: z.string() });
type ActiveRun = z.infer<typeof ActiveRun>;

const activeKey = (job: string) => ({ pk: `JOB#${job}`, sk: 'ACTIVE' });

/** The run that holds the job's place; undefined when the place is free. */
export async function activeRun(ledger: Ledger, job: string): Promise<ActiveRun | undefined> {
  return getItem(ledger, activeKey(job), ActiveRun);
}

/**
 * Takes the job's one place, from which overlap is judged.
 *
 * @param insteadOf  execution of a holder that is known to have ended without giving the place back
 * @returns whether the run has the place now (also when it had it before)
 */
export async function takePlace(ledger: Ledger, run: Run, insteadOf = run.executionArn): Promise<boolean> {
  return putItemIf(
    ledger,
    { ...activeKey(run.job), runKey: run.runKey, executionArn: run.executionArn },
    'attribute_not_exists(pk) OR runKey = :mine OR executionArn = :gone',
    { ':mine': run.runKey, ':gone': insteadOf },
  );
}

/** Gives the job's place back, if this run holds it. */
export async function leavePlace(ledger: Ledger, job: string, runKey: string): Promise<void> {
  await deleteItemIf(ledger, activeKey(job), 'runKey = :mine', { ':mine': runKey });
}

const Cancellation = z.object({ executionArn: z.string(), reason: z.string(), at: Instant });
const cancellationKey = (runKey: string) => ({ pk: `RUN#${runKey}`, sk: 'CANCELLED' });

/** Writes down that people cancel a run, and why, before its execution is stopped: whoever reports its end says so. */
export async function keepCancellation(
  ledger: Ledger,
  { runKey, executionArn }: Pick<Run, 'runKey' | 'executionArn'>,
  reason: string,
  now: Date,
): Promise<void> {
  const item = { executionArn, reason, at: now.toISOString(), expiresAt: expiryAfterDays(now, KEPT_DAYS) };
  await putItem(ledger, { ...cancellationKey(runKey), ...item });
}

/** Why people cancelled this execution of a run; undefined: they did not. */
export async function cancellationOf(
  ledger: Ledger,
  { runKey, executionArn }: Pick<Run, 'runKey' | 'executionArn'>,
): Promise<string | undefined> {
  const item = await getItem(ledger, cancellationKey(runKey), Cancellation);
  return item?.executionArn === executionArn ? item.reason : undefined;
}

const onceKey = (runKey: string, what: string) => ({ pk: `RUN#${runKey}`, sk: `ONCE#${what}` });
const Done = z.object({ result: z.string(), doneAt: Instant });

/** When something was done once for a run; null while it was not. */
export async function doneForRunAt(ledger: Ledger, runKey: string, what: string): Promise<string | null> {
  return (await getItem(ledger, onceKey(runKey, what), Done))?.doneAt ?? null;
}

/**
 * Does something for a run unless it was done before: a message that people should not get twice.
 * Should this be cut off between doing and writing it down, it is done again: twice is better than never.
 *
 * @returns what the doing returned, also when it was done before
 */
export async function onceForRun(
  ledger: Ledger,
  runKey: string,
  what: string,
  now: Date,
  act: () => Promise<string>,
): Promise<string> {
  const key = onceKey(runKey, what);
  const done = await getItem(ledger, key, Done);
  if (done !== undefined) return done.result;
  const result = await act();
  await putItem(ledger, {
    ...key,
    result,
    doneAt: now.toISOString(),
    expiresAt: expiryAfterDays(now, KEPT_DAYS),
  });
  return result;
}
