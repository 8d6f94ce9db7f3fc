import * as z from 'zod';
import { Incident } from '../../core/contracts/incident.ts';
import { Instant } from '../../core/contracts/quantities.ts';
import { RetryableError } from '../../core/errors.ts';
import type { IncidentStore } from '../../core/incidents/incident-drafts.ts';
import { ThrottledError } from './failures.ts';
import { openIncidentKey } from './ledger-open-runs.ts';
import { expiryAfterDays, getItem, newestItems, type Ledger } from './ledger-table.ts';
import { transact, type TransactionPart } from './ledger-transactions.ts';

const KEPT_DAYS = 90;
/** DynamoDB's bound of a transaction. */
const PARTS_MAX = 100;
/** Each round somebody's write succeeds: so many writers at the same incident are bounded by Lambda's concurrency. */
const ROUNDS_MAX = 40;

const PK = 'INCIDENTS';
const incidentKey = (id: string) => ({ pk: `INCIDENT#${id}`, sk: 'INCIDENT' });
const keyKey = (key: string) => ({ pk: `INCIDENT-KEY#${key}`, sk: 'KEY' });
const briefKey = (id: string) => ({ pk: PK, sk: `ALL#${id}` });

const IncidentItem = z.object({ incident: Incident });
const KeyItem = z.object({ incidentId: z.string() });
/** An incident in a line. */
const IncidentBrief = z.object({
  id: z.string(),
  state: Incident.shape.state,
  level: Incident.shape.level,
  openedAt: Instant,
  lastNoticeAt: Instant,
  alarms: z.number().int().nonnegative(),
  jobs: z.array(z.string()),
  /** of its first alarm that is a cause; of a symptom when there is none */
  says: z.string(),
});
export type IncidentBrief = z.infer<typeof IncidentBrief>;

/** Incidents as they were read: what a write rests on. */
class ReadIncidents implements IncidentStore {
  readonly leads = new Map<string, string | undefined>();
  readonly incidents = new Map<string, Incident | undefined>();
  private readonly unknownKeys = new Set<string>();
  private readonly unknownIds = new Set<string>();

  byKey(key: string): Incident | undefined {
    if (!this.leads.has(key)) this.unknownKeys.add(key);
    const id = this.leads.get(key);
    return id === undefined ? undefined : this.byId(id);
  }

  byId(id: string): Incident | undefined {
    if (!this.incidents.has(id)) this.unknownIds.add(id);
    return this.incidents.get(id);
  }

  /** Reads what was asked for and not known. @returns false when there was nothing */
  async readMore(ledger: Ledger): Promise<boolean> {
    const [keys, ids] = [[...this.unknownKeys], [...this.unknownIds]];
    for (const key of keys) this.leads.set(key, (await getItem(ledger, keyKey(key), KeyItem))?.incidentId);
    for (const id of ids)
      this.incidents.set(id, (await getItem(ledger, incidentKey(id), IncidentItem))?.incident);
    this.unknownKeys.clear();
    this.unknownIds.clear();
    return keys.length + ids.length > 0;
  }
}

/** Thrown when others kept writing the same incidents: what was to be written is handed in again. */
class IncidentsContendedError extends RetryableError {
  override readonly name = 'IncidentsContendedError';
}

/** What was to be written at once is more than a transaction takes. */
type Written<T> = { readonly kind: 'written'; readonly result: T } | { readonly kind: 'too large' };

/**
 * Changes incidents as though nobody else did: reads what the change looks at, and writes all of it on the condition
 * that nothing of that has changed; else reads and decides again.
 *
 * @param change  pure; called with a store that knows more each time, until it knows all that is asked for
 * @returns `too large` when the change is more than a transaction takes: it is to be cut up
 * @throws IncidentsContendedError  when others kept being faster
 */
export async function changeIncidents<T extends { readonly incidents: readonly Incident[] }>(
  ledger: Ledger,
  now: Date,
  change: (store: IncidentStore) => T,
): Promise<Written<T>> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const read = new ReadIncidents();
    let result = change(read);
    while (await read.readMore(ledger)) result = change(read);
    const parts = partsOf(result.incidents, read, now);
    if (parts.length === 0) return { kind: 'written', result };
    if (parts.length > PARTS_MAX) return { kind: 'too large' };
    if (await writes(ledger, parts)) return { kind: 'written', result };
  }
  throw new IncidentsContendedError(
    `Found others writing the same incidents in each of ${ROUNDS_MAX} tries, allowed: one writer at a time. Hand the alarms in again.`,
  );
}

async function writes(ledger: Ledger, parts: readonly TransactionPart[]): Promise<boolean> {
  try {
    return (await transact(ledger, parts)).length === 0;
  } catch (error) {
    // another transaction is at the same items just now
    if (error instanceof ThrottledError) return false;
    throw error;
  }
}

function partsOf(changed: readonly Incident[], read: ReadIncidents, now: Date): TransactionPart[] {
  const expiresAt = expiryAfterDays(now, KEPT_DAYS);
  const parts: TransactionPart[] = [];
  const led = new Set<string>();
  for (const incident of changed) {
    const { id, version } = incident;
    const unchanged =
      version === 1
        ? { condition: 'attribute_not_exists(pk)' }
        : { condition: 'revision = :before', values: { ':before': version - 1 } };
    parts.push({ put: { ...incidentKey(id), incident, revision: version, expiresAt }, ...unchanged });
    parts.push({ put: { ...briefKey(id), ...briefOf(incident), expiresAt } });
    const live = incident.state === 'open' || incident.state === 'held';
    const key = openIncidentKey(id);
    parts.push(live ? { put: { ...key, incidentId: id, expiresAt } } : { delete: key });
    const known = new Set([id, ...incident.mergedFrom]);
    for (const key of incident.keys) {
      // a key of an incident that was merged into this one leads here by its pointer
      const lead = read.leads.get(key);
      const leadsHere = lead === undefined ? isOld(key, known, read) : known.has(lead);
      if (leadsHere || led.has(key)) continue;
      led.add(key);
      const free =
        lead === undefined
          ? { condition: 'attribute_not_exists(pk)' }
          : { condition: 'incidentId = :seen', values: { ':seen': lead } };
      parts.push({ put: { ...keyKey(key), incidentId: id, expiresAt }, ...free });
    }
  }
  return parts;
}

/** A key that nobody asked for in this change was written with an earlier version. */
function isOld(key: string, known: ReadonlySet<string>, read: ReadIncidents): boolean {
  return [...known].some((id) => read.incidents.get(id)?.keys.includes(key) === true);
}

function briefOf({ id, state, level, openedAt, lastNoticeAt, threads }: Incident): IncidentBrief {
  const first = threads.find(({ alarm }) => alarm.family !== 'symptom') ?? threads[0];
  const jobs = [...new Set(threads.flatMap(({ alarm }) => alarm.place.job ?? []))].sort();
  const says = first?.alarm.says ?? 'merged into another incident';
  return { id, state, level, openedAt, lastNoticeAt, alarms: threads.length, jobs, says };
}

/** An incident; undefined when there is none of that name, or it was forgotten. */
export async function incidentOf(ledger: Ledger, id: string): Promise<Incident | undefined> {
  return (await getItem(ledger, incidentKey(id), IncidentItem))?.incident;
}

/** The incident that has the alarms of one: itself, or what it was merged into, and that into. */
export async function survivorOf(ledger: Ledger, id: string): Promise<Incident | undefined> {
  const incident = await incidentOf(ledger, id);
  const into = incident?.mergedInto ?? null;
  return into === null ? incident : survivorOf(ledger, into);
}

/** The newest incidents in brief, by the minute in which they opened. */
export async function newestIncidents(ledger: Ledger, last: number): Promise<IncidentBrief[]> {
  return newestItems(ledger, { pk: PK, skPrefix: 'ALL#', last }, IncidentBrief);
}
