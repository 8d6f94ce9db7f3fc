import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE } from '../../core/units.ts';
import { NEWEST_WITHIN_SECONDS } from '../../core/pilot/reported-work.ts';
import type { YarnApps } from '../../core/pilot/starved.ts';
import { CLUSTER_METRICS, type ClusterMetrics } from '../../core/failure-policy/cluster-metrics.ts';
import { CLUSTER_WATCHED } from '../../core/detect/watched-metrics.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall } from './failures.ts';
import { sdkClient } from './settings.ts';

const cloudWatchClient = oncePerClients((clients) => sdkClient(clients, CloudWatchClient));

/**
 * How much of a run's work its cluster last reported as done.
 *
 * @param now  end of the window that is looked at
 * @returns 0..1; null when nothing was reported lately
 */
export async function workDone(clients: Clients, clusterId: string, now: Date): Promise<number | null> {
  const windowMs = NEWEST_WITHIN_SECONDS * MILLISECONDS_PER_SECOND;
  const answer = await awsCall('cloudwatch:GetMetricData', () =>
    cloudWatchClient(clients).send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - windowMs),
        EndTime: now,
        ScanBy: 'TimestampDescending',
        MetricDataQueries: [
          {
            Id: 'done',
            MetricStat: {
              Metric: {
                Namespace: 'Flarepath',
                MetricName: 'WorkDonePercent',
                Dimensions: [{ Name: 'JobFlowId', Value: clusterId }],
              },
              Period: SECONDS_PER_MINUTE,
              Stat: 'Maximum',
            },
          },
        ],
      }),
    ),
  );
  const percent = answer.MetricDataResults?.[0]?.Values?.[0];
  return percent === undefined ? null : Math.min(Math.max(percent / 100, 0), 1);
}

/** Three of EMR's measurements. */
const YARN_MINUTES = 15;

/** What YARN's applications did in the last quarter of an hour. */
export async function yarnApps(clients: Clients, clusterId: string, now: Date): Promise<YarnApps> {
  const windowMs = YARN_MINUTES * SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND;
  const query = (id: string, name: string, statistic: string) => ({
    Id: id,
    MetricStat: { Metric: emrMetric(name, clusterId), Period: EMR_PERIOD_SECONDS, Stat: statistic },
  });
  const answer = await awsCall('cloudwatch:GetMetricData', () =>
    cloudWatchClient(clients).send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - windowMs),
        EndTime: now,
        MetricDataQueries: [
          query('pending', 'AppsPending', 'Minimum'),
          query('running', 'AppsRunning', 'Maximum'),
        ],
      }),
    ),
  );
  const valuesOf = (id: string) => answer.MetricDataResults?.find(({ Id }) => Id === id)?.Values ?? [];
  const [pending, running] = [valuesOf('pending'), valuesOf('running')];
  return {
    measurements: Math.min(pending.length, running.length),
    pendingLeast: Math.min(...pending),
    runningMost: Math.max(...running),
  };
}

function emrMetric(name: string, clusterId: string) {
  return {
    Namespace: 'AWS/ElasticMapReduce',
    MetricName: name,
    Dimensions: [{ Name: 'JobFlowId', Value: clusterId }],
  };
}

/** EMR measures every five minutes; what a cluster was like at its end is in the last few values. */
const LAST_MINUTES = 20;

/**
 * What EMR measured of a cluster at its end.
 *
 * @param until  end of the window that is looked at
 */
export async function clusterMetrics(
  clients: Clients,
  clusterId: string,
  until: Date,
): Promise<ClusterMetrics> {
  const windowMs = LAST_MINUTES * SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND;
  const answer = await awsCall('cloudwatch:GetMetricData', () =>
    cloudWatchClient(clients).send(
      new GetMetricDataCommand({
        StartTime: new Date(until.getTime() - windowMs),
        EndTime: until,
        MetricDataQueries: Object.entries(CLUSTER_METRICS).map(([fact, { name, statistic }]) => ({
          Id: fact,
          MetricStat: {
            Metric: emrMetric(name, clusterId),
            Period: EMR_PERIOD_SECONDS,
            Stat: statistic,
          },
        })),
      }),
    ),
  );
  const values = new Map(answer.MetricDataResults?.map(({ Id, Values = [] }) => [Id, Values]));
  return Object.fromEntries(
    Object.entries(CLUSTER_METRICS).flatMap(([fact, { statistic }]) => {
      const series = values.get(fact) ?? [];
      const extreme = statistic === 'Maximum' ? Math.max(...series) : Math.min(...series);
      return series.length === 0 ? [] : [[fact, extreme]];
    }),
  );
}

const EMR_PERIOD_SECONDS = 5 * SECONDS_PER_MINUTE;

/** CloudWatch's bound of one call. */
const QUERIES_MAX = 500;
type Watched = Record<string, readonly number[]>;

/**
 * What EMR measured of clusters in the last minutes, as expert rules read it: all of them in as few calls as
 * CloudWatch allows.
 *
 * @param now  end of the window that is looked at
 * @returns by cluster and metric the values, oldest first; what was not measured is left out
 */
export async function watchedMetrics(
  clients: Clients,
  clusterIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Watched>> {
  const windowMs = LAST_MINUTES * SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND;
  const queries = clusterIds.flatMap((clusterId, i) =>
    Object.entries(CLUSTER_WATCHED).map(([metric, statistic], k) => ({
      query: {
        Id: `m${i}_${k}`,
        MetricStat: { Metric: emrMetric(metric, clusterId), Period: EMR_PERIOD_SECONDS, Stat: statistic },
      },
      clusterId,
      metric,
    })),
  );
  const found = new Map<string, Watched>();
  for (let from = 0; from < queries.length; from += QUERIES_MAX) {
    const some = queries.slice(from, from + QUERIES_MAX);
    const answer = await awsCall('cloudwatch:GetMetricData', () =>
      cloudWatchClient(clients).send(
        new GetMetricDataCommand({
          StartTime: new Date(now.getTime() - windowMs),
          EndTime: now,
          ScanBy: 'TimestampAscending',
          MetricDataQueries: some.map(({ query }) => query),
        }),
      ),
    );
    const values = new Map(answer.MetricDataResults?.map(({ Id, Values = [] }) => [Id, Values]));
    for (const { query, clusterId, metric } of some) {
      const series = values.get(query.Id) ?? [];
      if (series.length > 0) found.set(clusterId, { ...found.get(clusterId), [metric]: series });
    }
  }
  return found;
}
