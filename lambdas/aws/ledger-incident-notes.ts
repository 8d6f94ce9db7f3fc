import * as z from 'zod';
import { Acknowledgement, IncidentAssessment } from '../../core/contracts/incident-note.ts';
import type { Incident } from '../../core/contracts/incident.ts';
import { Instant } from '../../core/contracts/quantities.ts';
import { ActionRecord, type ActionOutcome } from '../../core/contracts/runbook.ts';
import { Silence } from '../../core/contracts/silence.ts';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE } from '../../core/units.ts';
import {
  expiryAfterDays,
  getItem,
  newestItems,
  putItem,
  putItemIf,
  putItemOnce,
  type Ledger,
} from './ledger-table.ts';

const KEPT_DAYS = 90;
/** A runbook's limits look back a day; by incident, for as long as one may live. */
const ACTIONS_KEPT_DAYS = 30;
/** Whoever took it on to tell people and did not for so long is dead: another one tells. */
const CLAIM_MINUTES = 3;

const noteKey = (id: string, what: 'ASSESSED' | 'TOLD' | 'ACK') => ({ pk: `INCIDENT#${id}`, sk: what });

/** Of an incident, and of those that were merged into it: notes of those count for it. */
export type IncidentNames = readonly [string, ...string[]];

export function namesOf({ id, mergedFrom }: Pick<Incident, 'id' | 'mergedFrom'>): IncidentNames {
  return [id, ...mergedFrom];
}

/** Keeps what was made of an incident, in place of what was made of it before. */
export async function keepAssessment(
  ledger: Ledger,
  id: string,
  assessment: IncidentAssessment,
  now: Date,
): Promise<void> {
  const expiresAt = expiryAfterDays(now, KEPT_DAYS);
  await putItem(ledger, { ...noteKey(id, 'ASSESSED'), assessment, expiresAt });
}

export async function assessmentOf(ledger: Ledger, id: string): Promise<IncidentAssessment | undefined> {
  const item = z.object({ assessment: IncidentAssessment });
  return (await getItem(ledger, noteKey(id, 'ASSESSED'), item))?.assessment;
}

/** What people were told of an incident: how grave it was, and whether it was over. */
const Told = z.object({
  toldRank: z.number().int(),
  claimedAt: Instant,
  sentAt: Instant.nullable(),
  /** the highest at which they were; null: at none; absent in items of versions before: as the claim, once it was sent */
  sentRank: z.number().int().nullable().optional(),
});

/** A claim that came to nothing takes away none of what was told before it. */
function sentRankOf(told: z.output<typeof Told> | undefined): number | null {
  if (told === undefined) return null;
  return told.sentRank !== undefined ? told.sentRank : told.sentAt === null ? null : told.toldRank;
}

/**
 * Tells people of an incident unless they were told of it at that rank or a higher one. Of several that would tell at
 * the same time one does; should it die before it has, another one does some minutes later.
 *
 * @param ids  of the incident, and of those that were merged into it
 * @param rank  how grave it is: told once at each that is higher than those before
 * @returns whether this call told
 */
export async function tellOnce(
  ledger: Ledger,
  ids: IncidentNames,
  rank: number,
  now: Date,
  tell: () => Promise<unknown>,
): Promise<boolean> {
  const staleAt = now.getTime() - CLAIM_MINUTES * SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND;
  let sentRank: number | null = null;
  for (const id of ids) {
    const told = await getItem(ledger, noteKey(id, 'TOLD'), Told);
    if (id === ids[0]) sentRank = sentRankOf(told);
    const claimed = told !== undefined && (told.sentAt !== null || Date.parse(told.claimedAt) > staleAt);
    if (claimed && told.toldRank >= rank) return false;
  }
  const key = noteKey(ids[0], 'TOLD');
  const expiresAt = expiryAfterDays(now, KEPT_DAYS);
  const claim = { toldRank: rank, claimedAt: now.toISOString(), sentAt: null, sentRank, expiresAt };
  const stale = new Date(staleAt).toISOString();
  const mine = await putItemIf(
    ledger,
    { ...key, ...claim },
    'attribute_not_exists(pk) OR toldRank < :rank OR (sentAt = :none AND claimedAt < :stale)',
    { ':rank': rank, ':none': null, ':stale': stale },
  );
  if (!mine) return false;
  await tell();
  await putItem(ledger, { ...key, ...claim, sentRank: rank, sentAt: now.toISOString() });
  return true;
}

/**
 * The highest rank at which people were told of an incident; null: they were not.
 *
 * @param ids  of the incident, and of those that were merged into it
 */
export async function toldRank(ledger: Ledger, ids: IncidentNames): Promise<number | null> {
  let highest: number | null = null;
  for (const id of ids) {
    const sentRank = sentRankOf(await getItem(ledger, noteKey(id, 'TOLD'), Told));
    if (sentRank !== null) highest = Math.max(highest ?? sentRank, sentRank);
  }
  return highest;
}

/** Writes down that somebody has an incident in hand. */
export async function acknowledge(ledger: Ledger, id: string, ack: Acknowledgement): Promise<void> {
  const expiresAt = expiryAfterDays(new Date(ack.at), KEPT_DAYS);
  await putItem(ledger, { ...noteKey(id, 'ACK'), ...ack, expiresAt });
}

/**
 * Who has an incident in hand; undefined: nobody said so.
 *
 * @param ids  of the incident, and of those that were merged into it
 */
export async function acknowledgementOf(
  ledger: Ledger,
  ids: IncidentNames,
): Promise<Acknowledgement | undefined> {
  for (const id of ids) {
    const found = await getItem(ledger, noteKey(id, 'ACK'), Acknowledgement);
    if (found !== undefined) return found;
  }
  return undefined;
}

const SILENCES = 'SILENCES';

/** Sets a silence; DynamoDB drops it some time after its end. */
export async function putSilence(ledger: Ledger, silence: Silence): Promise<void> {
  const expiresAt = expiryAfterDays(new Date(silence.until), 1);
  await putItem(ledger, { pk: SILENCES, sk: silence.id, silence, expiresAt });
}

/** Every silence that is not over by that time. */
export async function silencesAt(ledger: Ledger, now: Date): Promise<Silence[]> {
  const item = z.object({ silence: Silence });
  const all = await newestItems(ledger, { pk: SILENCES, skPrefix: null, last: null }, item);
  return all.flatMap(({ silence }) => (Date.parse(silence.until) > now.getTime() ? [silence] : []));
}

const ACTIONS = 'ACTIONS';
const ActionItem = z.object({ record: ActionRecord });

/** First responses of the last weeks, of all incidents. */
export async function recentActions(ledger: Ledger): Promise<ActionRecord[]> {
  const range = { pk: ACTIONS, skPrefix: null, last: null };
  return (await newestItems(ledger, range, ActionItem)).map(({ record }) => record);
}

const actionKey = ({ incidentId, runbookId }: ActionRecord, nth: number) => ({
  pk: ACTIONS,
  sk: `${incidentId}#${runbookId}#${nth}`,
});

/**
 * Writes down that a first response is done.
 *
 * @param nth  of this runbook for this incident, from 1
 * @returns false when that is written down already
 */
export async function claimAction(ledger: Ledger, record: ActionRecord, nth: number): Promise<boolean> {
  const expiresAt = expiryAfterDays(new Date(record.at), ACTIONS_KEPT_DAYS);
  return putItemOnce(ledger, { ...actionKey(record, nth), record: { ...record, nth }, expiresAt });
}

/** Writes down what the one look after a first response found. */
export async function noteOutcome(
  ledger: Ledger,
  record: ActionRecord,
  outcome: ActionOutcome,
): Promise<void> {
  if (record.nth === undefined) return;
  const expiresAt = expiryAfterDays(new Date(record.at), ACTIONS_KEPT_DAYS);
  await putItem(ledger, { ...actionKey(record, record.nth), record: { ...record, outcome }, expiresAt });
}

/** First responses for one incident. */
export async function actionsFor(ledger: Ledger, incidentId: string): Promise<ActionRecord[]> {
  const range = { pk: ACTIONS, skPrefix: `${incidentId}#`, last: null };
  return (await newestItems(ledger, range, ActionItem)).map(({ record }) => record);
}
