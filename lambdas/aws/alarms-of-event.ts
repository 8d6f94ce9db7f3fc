import type { Alarm } from '../../core/contracts/alarm.ts';
import { alarmsOfMatches } from '../../core/detect/alarms-of.ts';
import { matchWatchRules } from '../../core/detect/match-watch-rules.ts';
import { clusterInstance } from './instances.ts';
import { leaseOfCluster } from './ledger-leases.ts';
import type { Ledger } from './ledger-table.ts';

/** An event of EMR or EC2 that may tell of trouble. */
interface TroubleEvent {
  readonly source: 'aws.emr' | 'aws.ec2';
  readonly detailType: string;
  readonly at: string;
  readonly clusterId: string | undefined;
  readonly instanceId: string | undefined;
  readonly code: string | undefined;
}

/**
 * The alarms of an event, by the expert rules.
 *
 * @returns none when it concerns no cluster that flies here
 */
export async function alarmsOfEvent(ledger: Ledger, event: TroubleEvent): Promise<Alarm[]> {
  const { source, detailType, code, instanceId } = event;
  const matches = matchWatchRules({
    metrics: {},
    figures: {},
    events: [code === undefined ? { detailType } : { detailType, code }],
  });
  if (matches.length === 0) return [];
  const instance = instanceId === undefined ? null : await clusterInstance(ledger.clients, instanceId);
  const clusterId = event.clusterId ?? instance?.clusterId;
  const lease = clusterId === undefined ? undefined : await leaseOfCluster(ledger, clusterId);
  if (clusterId === undefined || lease === undefined || lease.releasedAt !== null) return [];
  const { job, runKey } = lease;
  const place = {
    ...{ job, runKey, clusterId },
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(instance?.instanceType === undefined ? {} : { instanceType: instance.instanceType }),
    ...(instance?.zone === undefined ? {} : { zone: instance.zone }),
  };
  return alarmsOfMatches(matches, source, place, event.at);
}
