import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { LeakRecord } from '../../core/contracts/leak.ts';
import { Market } from '../../core/contracts/market.ts';
import { RetryableError, TerminalError } from '../../core/errors.ts';
import { alarmOfLeak } from '../../core/detect/alarms-of.ts';
import { assessLeak, type FoundLeak, type LeakEvidence } from '../../core/ledger/leak.ts';
import { composeLeakMessage } from '../../core/report/leak-message.ts';
import { putAlarms } from './alarm-bus.ts';
import { billedInstances } from './billed-instances.ts';
import { viewCluster } from './cluster-view.ts';
import { getDocument, type Documents } from './documents.ts';
import { keepLeak, leakOf, leakTold } from './ledger-leaks.ts';
import type { Lease } from './ledger-leases.ts';
import type { Ledger } from './ledger-table.ts';
import { sendMessage } from './messages.ts';

/**
 * Writes down what a leaked cluster cost, raises an alarm, and tells people: once a cluster, however often it is found. What fails of
 * this keeps no cluster from being terminated: prices that cannot be read are unknown, a message that cannot be sent
 * is sent by the next pass that finds the cluster.
 *
 * @param lease  under the cluster's name; undefined when there is none
 * @returns the record, and whether this call made it
 */
export async function noteLeak(
  ledger: Ledger,
  documents: Documents,
  { topicArn, alarmSource }: { readonly topicArn: string; readonly alarmSource: string },
  found: FoundLeak,
  lease: Lease | undefined,
  now: Date,
): Promise<{ leak: LeakRecord; first: boolean }> {
  const standing = await leakOf(ledger, found.clusterId);
  const leak =
    standing ?? assessLeak(found, await evidenceOf(documents, found, lease, now), now.toISOString());
  const first = standing === undefined && (await keepLeak(ledger, leak));
  if (first) await unlessItFails(() => putAlarms(ledger.clients, alarmSource, [alarmOfLeak(leak)]));
  if (leak.toldAt !== null) return { leak, first };
  await unlessItFails(async () => {
    await sendMessage(ledger.clients, topicArn, composeLeakMessage(leak));
    await leakTold(ledger, leak.clusterId, now);
  });
  return { leak, first };
}

/** What its prices are taken from; a text: why they are not known. */
async function evidenceOf(
  documents: Documents,
  { clusterId }: FoundLeak,
  lease: Lease | undefined,
  now: Date,
): Promise<LeakEvidence | string> {
  const { plan: planRef, market: marketRef } = lease ?? {};
  if (planRef === undefined || marketRef === undefined)
    return 'Nothing says which prices its plan was made with.';
  const read = async (): Promise<LeakEvidence> => {
    const plan = await getDocument(documents, planRef, FleetPlan);
    const market = await getDocument(documents, marketRef, Market);
    const view = await viewCluster(documents.clients, clusterId, now);
    return { view, plan, market, instances: await billedInstances(documents.clients, view, plan.zone) };
  };
  return (await unlessItFails(read)) ?? 'Its instances or their prices could not be read.';
}

async function unlessItFails<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RetryableError || error instanceof TerminalError) return undefined;
    throw error;
  }
}
