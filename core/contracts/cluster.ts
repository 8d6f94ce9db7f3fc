import * as z from 'zod';
import { FleetRole } from './fleet-plan.ts';
import { Instant } from './quantities.ts';

/** A cluster one attempt of a run owns, as long as its lease lives. */
export const Cluster = z.object({
  clusterId: z.string().regex(/^j-[0-9A-Z]+$/),
  name: z.string(),
  attempt: z.number().int().min(1),
  launchedAt: Instant,
  leaseUntil: Instant,
  /** its hard end, beyond which no lease is extended; absent where an earlier version launched it */
  leaseEndsAt: Instant.optional(),
});
export type Cluster = z.infer<typeof Cluster>;

const ClusterState = z.enum([
  'STARTING',
  'BOOTSTRAPPING',
  'RUNNING',
  'WAITING',
  'TERMINATING',
  'TERMINATED',
  'TERMINATED_WITH_ERRORS',
]);

const StepState = z.enum([
  'PENDING',
  'CANCEL_PENDING',
  'RUNNING',
  'COMPLETED',
  'CANCELLED',
  'FAILED',
  'INTERRUPTED',
]);

/** What EMR says of a cluster at one moment. */
export const ClusterView = z.object({
  observedAt: Instant,
  clusterId: z.string(),
  state: ClusterState,
  stateReasonCode: z.string().nullable(),
  stateReasonMessage: z.string().nullable(),
  /** EMR's error codes, with their key-value data */
  errors: z.array(z.object({ code: z.string(), data: z.record(z.string(), z.string()) })).optional(),
  createdAt: Instant,
  readyAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  steps: z.array(
    z.object({
      stepId: z.string(),
      name: z.string(),
      state: StepState,
      startedAt: Instant.nullable(),
      endedAt: Instant.nullable(),
      failureReason: z.string().nullable(),
      /** EMR's name for the cause of a failed step; the text stands in `failureReason` */
      failureCode: z.string().nullable().optional(),
    }),
  ),
  fleets: z.array(
    z.object({
      fleetId: z.string(),
      role: FleetRole,
      state: z.string(),
      targetOnDemandUnits: z.number(),
      targetSpotUnits: z.number(),
      runningOnDemandUnits: z.number(),
      runningSpotUnits: z.number(),
    }),
  ),
});
export type ClusterView = z.infer<typeof ClusterView>;

/** Keys of the tags by which a cluster names its run; the deployment's own tags stand beside them. */
export const RUN_TAGS = { job: 'flarepath:job', run: 'flarepath:run', task: 'flarepath:task' } as const;

/** Answer of one ReleaseCluster look. `absent`: the run never had a cluster, which is as good as terminated. */
export const Release = z.object({
  decision: z.enum(['terminated', 'terminating', 'absent']),
  clusterIds: z.array(z.string()),
  retryAfterSeconds: z.number().int().min(1),
});
export type Release = z.infer<typeof Release>;
