import * as z from 'zod';
import { KillSwitch, Override, Pause, type Control } from '../../core/contracts/control.ts';
import { expiryAfterDays, newestItems, type Ledger } from './ledger-table.ts';
import { transact, type TransactionPart } from './ledger-transactions.ts';

const PK = 'CONTROL';
const LOG_KEPT_DAYS = 800;
/** Some time after its end nobody asks for a pause or an override any more. */
const KEPT_AFTER_END_DAYS = 30;
const ControlItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('kill-switch'), set: KillSwitch }),
  z.object({ kind: z.literal('pause'), set: Pause }),
  z.object({ kind: z.literal('override'), set: Override }),
]);
export type ControlChange = z.infer<typeof ControlItem>;

/** Everything that people have set. A pause or an override that has run out may still be among it. */
export async function readControl(ledger: Ledger): Promise<Control> {
  const items = await newestItems(ledger, { pk: PK, skPrefix: 'NOW#', last: null }, ControlItem);
  return {
    killSwitch: items.flatMap((item) => (item.kind === 'kill-switch' ? [item.set] : []))[0] ?? null,
    pauses: items.flatMap((item) => (item.kind === 'pause' ? [item.set] : [])),
    overrides: items.flatMap((item) => (item.kind === 'override' ? [item.set] : [])),
  };
}

/** What somebody read, and wants to replace or end: nothing else. */
interface Read {
  readonly by: string;
  readonly at: string;
}

/** Absent: whatever stands there. `set` and `by` are words of DynamoDB's own. */
function stillAs(read: Read | undefined) {
  if (read === undefined) return undefined;
  return {
    condition: '#set.#by = :by AND #set.#at = :at',
    names: { '#set': 'set', '#by': 'by', '#at': 'at' },
    values: { ':by': read.by, ':at': read.at },
  };
}

/**
 * Sets something in place of what stood there, and writes down for good who did, when and why.
 *
 * @param read  what must still stand there; absent: whatever does
 * @returns false when something else does by now
 */
export async function setControl(ledger: Ledger, change: ControlChange, read?: Read): Promise<boolean> {
  const until = 'until' in change.set ? change.set.until : null;
  const expiresAt =
    until === null ? {} : { expiresAt: expiryAfterDays(new Date(until), KEPT_AFTER_END_DAYS) };
  const failed = await transact(ledger, [
    { put: { pk: PK, sk: nowKey(change), ...change, ...expiresAt }, ...stillAs(read) },
    controlLog(change.set, change.kind, change),
  ]);
  return failed.length === 0;
}

/**
 * Ends a pause, and writes down who did, when and why.
 *
 * @param read  the pause that is meant; absent: whichever there is
 * @returns false when there was none, or another one
 */
export async function endPause(
  ledger: Ledger,
  job: string | null,
  end: { by: string; byArn?: string | null; at: string; reason: string },
  read?: Read,
): Promise<boolean> {
  const failed = await transact(ledger, [
    { delete: { pk: PK, sk: pauseKey(job) }, ...(stillAs(read) ?? { condition: 'attribute_exists(pk)' }) },
    controlLog(end, 'resume', { job, ...end }),
  ]);
  return failed.length === 0;
}

/** Keeps for good that somebody set something: a part of the transaction that sets it. */
export function controlLog(set: { by: string; at: string }, what: string, detail: object): TransactionPart {
  const sk = `LOG#${set.at}#${what}#${set.by}`;
  const expiresAt = expiryAfterDays(new Date(set.at), LOG_KEPT_DAYS);
  return { put: { pk: PK, sk, what, detail, expiresAt } };
}

function nowKey(change: ControlChange): string {
  if (change.kind === 'kill-switch') return 'NOW#KILL-SWITCH';
  const { job } = change.set;
  return change.kind === 'pause' ? pauseKey(job) : `NOW#OVERRIDE#${whom(job)}`;
}

function pauseKey(job: string | null): string {
  return `NOW#PAUSE#${whom(job)}`;
}

function whom(job: string | null): string {
  return job === null ? 'ACCOUNT' : `JOB#${job}`;
}
