import * as z from 'zod';
import { Cluster } from '../core/contracts/cluster.ts';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { clusterNameOf } from '../core/ledger/run-key.ts';
import { leaseEnd } from '../core/control/lease-end.ts';
import { launchBar } from '../core/control/launch-bar.ts';
import { templateOf } from '../core/job/attempt-output.ts';
import { checkArtefacts } from './aws/artefacts.ts';
import { clusterRequest, eventLogUri } from './aws/cluster-request.ts';
import { getDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { launchOnce } from './aws/launches.ts';
import { readControl } from './aws/ledger-control.ts';
import { leaseEndOf } from './aws/ledger-leases.ts';
import { placeOf, putFolder } from './aws/objects.ts';
import {
  clusterTagsEnvironment,
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  logsEnvironment,
  subnetsEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Launches the cluster of one attempt: intent and lease first, then one request. A second call finds the first
 * one's cluster. Before anything is created, the job's artefacts in S3 are held to the hashes that pin them; it needs
 * a reservation, and is held back by a kill switch or a pause until the very request.
 *
 * Needs:
 * - dynamodb:GetItem, Query, PutItem, UpdateItem, ConditionCheckItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject on the artefacts in S3 that jobs pin
 * - s3:PutObject on the folder event-logs/ below EMR_LOGS_URI
 * - elasticmapreduce:RunJobFlow, AddTags, PutAutoTerminationPolicy, ListClusters on *; DescribeCluster,
 *   TerminateJobFlows on this deployment's clusters
 * - iam:PassRole on EMR_SERVICE_ROLE_ARN to elasticmapreduce.amazonaws.com and on the role of
 *   EMR_INSTANCE_PROFILE_ARN to ec2.amazonaws.com
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...subnetsEnvironment,
  ...clusterTagsEnvironment,
  ...logsEnvironment,
  ASSETS_BUCKET: z.string().min(3),
  /** the cluster's progress reporter, in ASSETS_BUCKET */
  PROGRESS_REPORTER_KEY: z.string().min(1),
  EMR_SERVICE_ROLE_ARN: z.string().startsWith('arn:'),
  EMR_INSTANCE_PROFILE_ARN: z.string().startsWith('arn:'),
  EMR_PRIMARY_SECURITY_GROUP: z.string().startsWith('sg-'),
  EMR_WORKER_SECURITY_GROUP: z.string().startsWith('sg-'),
  EMR_SERVICE_SECURITY_GROUP: z.string().startsWith('sg-'),
});

const LaunchRequest = z.object({
  run: Run,
  plan: DocumentRef,
  // executions that an earlier version started do not hand it on
  market: DocumentRef.nullable().optional(),
});

export const handler = stateHandler(
  { environment: Environment, input: LaunchRequest, output: Cluster },
  async ({ run, plan: planRef, market }, { clients, environment, now, log }): Promise<Cluster> => {
    const job = await jobOfRun(clients, environment, run);
    const plan = await getDocument({ clients, bucket: environment.DOCUMENTS_BUCKET }, planRef, FleetPlan);
    await checkArtefacts(clients, job);
    const name = clusterNameOf(run);
    const grounds = {
      assetsBucket: environment.ASSETS_BUCKET,
      serviceRoleArn: environment.EMR_SERVICE_ROLE_ARN,
      instanceProfileArn: environment.EMR_INSTANCE_PROFILE_ARN,
      logsUri: environment.EMR_LOGS_URI,
      subnets: environment.SUBNETS,
      primarySecurityGroup: environment.EMR_PRIMARY_SECURITY_GROUP,
      workerSecurityGroup: environment.EMR_WORKER_SECURITY_GROUP,
      serviceSecurityGroup: environment.EMR_SERVICE_SECURITY_GROUP,
      tags: environment.CLUSTER_TAGS,
      reporter: {
        assetKey: environment.PROGRESS_REPORTER_KEY,
        ledgerTable: environment.LEDGER_TABLE,
        region: plan.region,
      },
    };
    const request = clusterRequest(name, job, plan, grounds, templateOf(job, run));
    await putFolder(clients, placeOf(eventLogUri(environment.EMR_LOGS_URI, name)));
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const barOf = async () =>
      launchBar(await readControl(ledger), run.job, now().toISOString())?.reason ?? null;
    const named = { ...request, Name: name };
    const at = now();
    const terms = { endsAt: leaseEnd(at.toISOString(), plan), plan: planRef, market: market ?? undefined };
    const lease = await launchOnce(ledger, run, named, terms, environment.CLUSTER_TAGS, barOf, at);
    log.info('cluster', { clusterId: lease.clusterId, name, plan: planRef.sha256 });
    return {
      clusterId: lease.clusterId,
      name,
      attempt: run.attempt,
      launchedAt: lease.requestedAt,
      leaseUntil: lease.leaseUntil,
      leaseEndsAt: leaseEndOf(lease),
    };
  },
);
