import * as z from 'zod';
import { Cluster } from '../core/contracts/cluster.ts';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { Landing } from '../core/contracts/flight.ts';
import { InputManifest } from '../core/contracts/input-manifest.ts';
import { LoadForecast } from '../core/contracts/load-forecast.ts';
import { Market } from '../core/contracts/market.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { RunSummary } from '../core/contracts/run-record.ts';
import { Run } from '../core/contracts/run.ts';
import { assembleRunRecord } from '../core/ledger/assemble-run-record.ts';
import { lastAttemptOf } from '../core/ledger/attempt-numbers.ts';
import { isPublishable } from '../core/ledger/is-publishable.ts';
import { poolOutcomes } from '../core/ledger/pool-outcomes.ts';
import { reclaimRecords } from '../core/ledger/reclaim-records.ts';
import { instanceTypeByName } from '../core/market/catalogue.ts';
import { putAttemptAlarm } from './aws/attempt-alarm.ts';
import { billedInstances } from './aws/billed-instances.ts';
import { eventLogUri } from './aws/cluster-request.ts';
import { noteCost } from './aws/settlements.ts';
import { viewCluster } from './aws/cluster-view.ts';
import { getDocument, putDocument } from './aws/documents.ts';
import { summariseEventLogs } from './aws/event-logs.ts';
import { withFailure } from './aws/attempt-failure.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { countPoolOutcomes } from './aws/ledger-breakers.ts';
import { keepLoad } from './aws/ledger-loads.ts';
import { putReclaims, putRecord } from './aws/ledger-records.ts';
import { isOutputPresent } from './aws/outputs.ts';
import { runtimeModelOfPlan } from './aws/runtime-models.ts';
import {
  alarmsEnvironment,
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  logsEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Collects what came of an attempt: steps, output, event logs, instances, cost.
 *
 * Needs:
 * - dynamodb:Query, PutItem, UpdateItem on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 * - s3:ListBucket and s3:GetObject on the folder event-logs/ below EMR_LOGS_URI
 * - s3:ListBucket on the jobs' output buckets
 * - elasticmapreduce:DescribeCluster, ListSteps, ListInstanceFleets, ListInstances on this deployment's clusters
 * - cloudwatch:GetMetricData on *
 * - events:PutEvents on the default event bus
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...logsEnvironment,
  ...alarmsEnvironment,
});

const CollectRequest = z.object({
  run: Run,
  plan: DocumentRef,
  forecast: LoadForecast,
  manifest: InputManifest.nullable(),
  market: DocumentRef,
  cluster: Cluster,
  landing: Landing,
});

export const handler = stateHandler(
  { environment: Environment, input: CollectRequest, output: RunSummary },
  async (request, { clients, environment, now, log }): Promise<RunSummary> => {
    const { run, cluster } = request;
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const job = await jobOfRun(clients, environment, run);
    const plan = await getDocument(documents, request.plan, FleetPlan);
    const at = now();
    const view = await viewCluster(clients, cluster.clusterId, at);
    const finished = view.steps.every(({ state }) => state === 'COMPLETED');
    const instances = await billedInstances(clients, view, plan.zone);
    const eventLogs = await summariseEventLogs(clients, eventLogUri(environment.EMR_LOGS_URI, cluster.name));
    const outputPresent = finished ? await isOutputPresent(clients, job, run, cluster.launchedAt) : null;
    const assembled = assembleRunRecord({
      run,
      job,
      plan,
      planRef: request.plan,
      forecast: request.forecast,
      manifest: request.manifest,
      view,
      eventLogs,
      instances,
      market: await getDocument(documents, request.market, Market),
      model: await runtimeModelOfPlan(documents, job, plan.models),
      instanceTypeByName,
      outputPresent,
      landing: request.landing,
      now: at.toISOString(),
    });
    const inputBytes = request.manifest?.sizeBytes ?? null;
    const { landing } = request;
    const evidence = { view, plan, instances, eventLogs, inputBytes, outputPresent, landing };
    const { record, retry } = await withFailure(
      ledger,
      assembled,
      run,
      lastAttemptOf(run, job),
      evidence,
      at,
    );
    const ref = await putDocument(documents, record);
    await putRecord(ledger, record, ref);
    await keepLoad(ledger, record);
    await noteCost(ledger, cluster.name, record, view);
    await putReclaims(ledger, record, reclaimRecords(instances, at.toISOString()));
    await countPoolOutcomes(ledger, poolOutcomes(plan, view, instances), `${run.runKey}#${run.attempt}`, at);
    const { outcome, outcomeReason: reason, costUsd, failure } = record;
    const unheard = await putAttemptAlarm(clients, environment.ALARM_SOURCE, record, cluster.clusterId, at);
    if (unheard !== null) log.warn('no alarm could be raised', { unheard });
    log.info('collected', { outcome, reason, costUsd, failure, landing: request.landing });
    return { record: ref, outcome, reason, publishable: isPublishable(record, job), ...retry };
  },
);
