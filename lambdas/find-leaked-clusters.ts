import * as z from 'zod';
import { Instant } from '../core/contracts/quantities.ts';
import { idleUntil } from '../core/control/idle-until.ts';
import { RetryableError } from '../core/errors.ts';
import { CLUSTER_NAME_PREFIX } from '../core/ledger/run-key.ts';
import { whyLeaked } from '../core/ledger/why-leaked.ts';
import { MILLISECONDS_PER_SECOND } from '../core/units.ts';
import { activeClusters, hasTags } from './aws/clusters.ts';
import { noteLeak } from './aws/leaks.ts';
import { leaseEndOf, leaseOf, type Lease } from './aws/ledger-leases.ts';
import type { Ledger } from './aws/ledger-table.ts';
import { settleAbandoned } from './aws/settlements.ts';
import { eachDespiteFailures } from './runtime/despite-failures.ts';
import {
  alarmsEnvironment,
  clusterTagsEnvironment,
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import { newMetrics } from './runtime/new-metrics.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Finds clusters of this deployment that no live lease covers, and tells once of each what it cost and would have
 * cost. A cluster without this deployment's tags is somebody else's, whatever its name. What clusters that are gone
 * have reserved, and nobody settled, is settled. What fails of one cluster is handed on as failed, beside the others.
 *
 * Needs:
 * - dynamodb:GetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - elasticmapreduce:ListClusters on *; DescribeCluster, ListSteps, ListInstanceFleets, ListInstances on this
 *   deployment's clusters
 * - sns:Publish on the messages topic
 * - events:PutEvents on the default event bus
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...clusterTagsEnvironment,
  ...messagesEnvironment,
  ...alarmsEnvironment,
});

/** A pass hands on so many, the next pass the rest. */
const CLUSTERS_MAX = 100;
const FAILURES_MAX = 20;
/** What a leak cost is written down for so long: to hand the clusters on comes first. */
const NOTING_SECONDS = 60;

const Leaked = z.object({
  clusters: z.array(z.object({ clusterId: z.string(), reason: z.string() })),
  /** so many leaked that this pass does not hand on */
  more: z.number().int().nonnegative(),
  /** no run's any more, and on their way down by somebody else's hand */
  terminating: z.array(z.string()).max(CLUSTERS_MAX),
  /** what could not be examined, noted or settled, and why */
  failed: z.array(z.string()).max(FAILURES_MAX),
  /** nothing becomes due before, unless something changes; this pass's own instant when something may */
  idleUntil: Instant,
});

type Listed = Awaited<ReturnType<typeof activeClusters>>[number];
interface Found {
  readonly listed: Listed;
  readonly lease: Lease | undefined;
  readonly leak: NonNullable<ReturnType<typeof whyLeaked>>;
}

export const handler = stateHandler(
  { environment: Environment, input: z.looseObject({}), output: Leaked, metrics: newMetrics },
  async (_request, { clients, environment, now, log, metrics }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const begunAt = now().toISOString();
    const active = await activeClusters(clients, CLUSTER_NAME_PREFIX);
    const { found, failed } = await examine(ledger, active, environment.CLUSTER_TAGS, now());
    const leaked = found.filter(({ leak }) => !leak.lookedAfter);
    const handedOn = leaked.slice(0, CLUSTERS_MAX);
    const notes = await noteAll(ledger, environment, handedOn, now);
    for (const { leak, first } of notes.noted) {
      log.warn('leaked cluster', { leak });
      if (!first) continue;
      metrics().addMetric('ClustersLeaked', 'Count', 1);
      metrics().addMetric('LeakedUsd', 'None', leak.leakedUsd ?? 0);
      metrics().addMetric('LeakAvertedUsd', 'None', leak.avertedUsd ?? 0);
    }
    const { settled, openCount, ...unsettled } = await settle(ledger, active, now());
    if (settled.length > 0) log.warn('abandoned reservations settled', { settled });
    const failures = [...failed, ...notes.failed, ...unsettled.failed];
    if (failures.length > 0) log.warn('not everything could be done', { failures });
    const lookedAfter = found.filter(({ leak }) => leak.lookedAfter);
    return {
      clusters: handedOn.map(({ listed: { clusterId, name }, leak }) => ({
        clusterId,
        reason: `${name}: ${leak.reason}`,
      })),
      more: leaked.length - handedOn.length,
      terminating: lookedAfter.map(({ listed }) => listed.clusterId).slice(0, CLUSTERS_MAX),
      failed: failures.slice(0, FAILURES_MAX),
      idleUntil: idleUntil(begunAt, active.length + openCount + failures.length > 0 ? [begunAt] : []),
    };
  },
);

/** Which of these clusters are this deployment's and no run's. One whose lease cannot be read may be somebody's. */
async function examine(
  ledger: Ledger,
  active: readonly Listed[],
  tags: Readonly<Record<string, string>>,
  now: Date,
): Promise<{ found: Found[]; failed: string[] }> {
  const found: Found[] = [];
  const failed = await eachDespiteFailures(
    active,
    ({ clusterId, name }) => `${clusterId} (${name})`,
    async (listed) => {
      const lease = await leaseOf(ledger, listed.name);
      const createdAt = listed.createdAt.toISOString();
      const leak = whyLeaked(lease, { ...listed, createdAt }, now.toISOString());
      if (leak !== null && (await hasTags(ledger.clients, listed.clusterId, tags)))
        found.push({ listed, lease, leak });
    },
  );
  return { found, failed };
}

/** Writes down what leaked clusters cost, and tells people: once a cluster. */
async function noteAll(
  ledger: Ledger,
  {
    DOCUMENTS_BUCKET: bucket,
    MESSAGES_TOPIC_ARN: topicArn,
    ALARM_SOURCE: alarmSource,
  }: z.output<typeof Environment>,
  leaked: readonly Found[],
  now: () => Date,
) {
  const documents = { clients: ledger.clients, bucket };
  const tellers = { topicArn, alarmSource };
  const noted: Awaited<ReturnType<typeof noteLeak>>[] = [];
  const begunMs = now().getTime();
  const failed = await eachDespiteFailures(
    leaked.filter(({ leak }) => leak.counts),
    ({ listed }) => `the leak of ${listed.clusterId}`,
    async ({ listed: { clusterId, name }, lease, leak }) => {
      if (now().getTime() - begunMs > NOTING_SECONDS * MILLISECONDS_PER_SECOND)
        throw new NotedTooSlowlyError(`After ${NOTING_SECONDS} s there was no time left to write it down.`);
      const found = {
        ...{ clusterId, clusterName: name, runKey: lease?.runKey ?? null },
        ...{ reason: leak.reason, leakedSince: leak.since },
        leaseEndsAt: lease === undefined ? null : leaseEndOf(lease),
      };
      noted.push(await noteLeak(ledger, documents, tellers, found, lease, now()));
    },
  );
  return { noted, failed };
}

/** Settles what nobody did; should even the list of it not be read, the leaked clusters are handed on all the same. */
async function settle(ledger: Ledger, active: readonly Listed[], now: Date) {
  const alive = new Set(active.map(({ name }) => name));
  let done: Awaited<ReturnType<typeof settleAbandoned>> = { openCount: 0, settled: [], failed: [] };
  const unread = await eachDespiteFailures(
    ['what is reserved'],
    (what) => what,
    async () => {
      done = await settleAbandoned(ledger, alive, now);
    },
  );
  return { ...done, failed: [...unread, ...done.failed] };
}

/** Thrown for a leak that is not written down, because so many are. */
class NotedTooSlowlyError extends RetryableError {
  override readonly name = 'NotedTooSlowlyError';
}
