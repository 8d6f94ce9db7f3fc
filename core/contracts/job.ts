import * as z from 'zod';
import { Architecture } from './market.ts';
import { Usd } from './quantities.ts';

/** A job file, as published in `docs/job.schema.json`. Every object is strict: an unknown field is a fault. */

const s3Uri = z.string().regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/, {
  error: 'an S3 address such as s3://bucket/prefix/',
});
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time of day such as "05:30"' });
const timeZone = z.string().refine(isTimeZone, { error: 'an IANA time zone such as Europe/Berlin' });
const zoneName = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, { error: 'a zone such as us-east-1a' });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: '64 hexadecimal digits' });

/** Making a format is slow, and jobs are read often. */
const knownTimeZones = new Set<string>();

function isTimeZone(name: string): boolean {
  if (knownTimeZones.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    knownTimeZones.add(name);
    return true;
  } catch {
    return false;
  }
}

/** What runs: a file beside the job file (shipped with the deployment) or an object in S3 pinned by its hash. */
const Artefact = z.union(
  [z.strictObject({ file: z.string().min(1) }), z.strictObject({ s3: s3Uri, sha256 })],
  { error: '{ file: "scripts/job.py" } beside the job file, or { s3: "s3://…", sha256: "…" }' },
);

const SparkConfiguration = z.record(
  z.string().regex(/^spark\./, { error: 'keys start with "spark."' }),
  z.string(),
);

const Step = z.strictObject({
  name: z.string().min(1).max(256),
  script: Artefact.optional(),
  jar: Artefact.optional(),
  mainClass: z.string().optional(),
  /** templates such as {{ run.date }}: see core/job/template.ts */
  arguments: z.array(z.string()).default([]),
  spark: SparkConfiguration.default({}),
});
const runsOneThing = (step: { script?: unknown; jar?: unknown }) =>
  (step.script === undefined) !== (step.jar === undefined);
const ONE_THING = { error: 'a step runs either a script or a jar, exactly one of the two' };

const Start = z.union(
  [
    z.strictObject({
      schedule: z.strictObject({ cron: z.string().min(1), timeZone: timeZone.default('UTC') }),
    }),
    z.strictObject({
      dataArrival: z.strictObject({
        bucket: z.string().min(3),
        prefix: z.string(),
        /** the object whose arrival means "all there"; any other object below the prefix starts nothing */
        suffix: z.string().min(1).default('_SUCCESS'),
      }),
    }),
    z.strictObject({ caller: z.strictObject({}) }),
  ],
  {
    error: '{ schedule: { cron, timeZone } }, { dataArrival: { bucket, prefix } } or { caller: {} }',
  },
);

const Deadline = z.union(
  [
    /** the next such local time after the scheduled start */
    z.strictObject({ at: timeOfDay, timeZone: timeZone.optional() }),
    z.strictObject({
      withinMinutes: z
        .number()
        .int()
        .min(15)
        .max(7 * 24 * 60),
    }),
  ],
  { error: '{ at: "05:30" } or { withinMinutes: 180 }' },
);

const Readiness = z.strictObject({
  /** objects that exist once the input is complete, templated like step arguments */
  markers: z.array(s3Uri).min(1),
  waitMinutes: z
    .number()
    .int()
    .min(0)
    .max(24 * 60)
    .default(60),
  onTimeout: z.enum(['run', 'skip', 'fail']).default('fail'),
});

const Capacity = z.strictObject({
  architectures: z.array(Architecture).min(1).default(['x86_64', 'arm64']),
  /** instance families allowed, e.g. m5; empty: all that suit the task */
  families: z
    .array(z.string().regex(/^[a-z]+\d+[a-z0-9-]*$/, { error: 'a family such as m5 or c6gd' }))
    .default([]),
  gpu: z.boolean().default(false),
  minMemoryGibPerCore: z.number().positive().max(64).default(2),
  diskGibPerNode: z.number().int().min(32).max(16_384).default(64),
  maxNodes: z.number().int().min(1).max(1000).default(50),
  spot: z.boolean().default(true),
  zones: z.array(zoneName).default([]),
});

/** What the work is like, in figures: similar jobs are found by it before the first run. */
const Workload = z.strictObject({
  /** what does most of the work, e.g. `sort-merge-join`, `gradient-boosting`: any name, the same for the same thing */
  algorithm: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, { error: 'a name in lower case such as gradient-boosting' })
    .optional(),
  /**
   * its parameters; `iterations`, `epochs`, `trees` and `folds` multiply the work. What another one does is learnt from
   * runs, once it has been different
   */
  parameters: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/, { error: 'a name such as maxDepth' }), z.number())
    .optional(),
  /** of a usual run's input */
  rows: z.number().positive().optional(),
  columns: z.number().int().positive().optional(),
});

/** Attempts that a job file can allow a run at most, the first included. */
export const ATTEMPTS_MAX = 3;
/** A pebibyte: no run reads more. */
export const MAX_LOAD_GIB = 1_000_000;

/** The fleet a team would have today: fixed, on demand. Savings are measured against it. */
const Baseline = z.strictObject({
  instanceType: z
    .string()
    .regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, { error: 'an instance type such as m5.2xlarge' }),
  count: z.number().int().min(1).max(1000),
  /** how long a usual run takes there, if known: the runtime model's first point */
  typicalMinutes: z
    .number()
    .positive()
    .max(7 * 24 * 60)
    .optional(),
});

export const Job = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, { error: '3 to 40 lower-case letters, digits and hyphens' }),
  description: z.string().max(500).optional(),
  task: z.enum(['etl', 'features', 'training', 'serving']),
  workload: Workload.optional(),
  start: Start,
  deadline: Deadline,
  readiness: Readiness.optional(),
  overlap: z.enum(['skip', 'queue']).default('skip'),
  slo: z
    .strictObject({ target: z.number().min(0.5).max(0.9999), windowDays: z.number().int().min(1).max(365) })
    .default({ target: 0.99, windowDays: 28 }),
  budget: z.strictObject({
    perRun: z
      .strictObject({ targetUsd: Usd, limitUsd: Usd.positive() })
      .refine((b) => b.targetUsd <= b.limitUsd, { error: 'targetUsd must not exceed limitUsd' }),
    monthlyLimitUsd: Usd.positive().optional(),
  }),
  /** what to choose by among fleets that meet the SLO; absent: the cheapest, as before there was a choice */
  objective: z.enum(['cheapest', 'safest-within-budget']).optional(),
  release: z.string().regex(/^emr-\d+\.\d+\.\d+$/, { error: 'an EMR release such as emr-7.9.0' }),
  applications: z
    .array(z.enum(['Spark', 'Hadoop', 'Hive', 'Livy', 'JupyterEnterpriseGateway']))
    .default(['Spark']),
  spark: SparkConfiguration.default({}),
  bootstrap: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(256),
        script: Artefact,
        arguments: z.array(z.string()).default([]),
      }),
    )
    .max(16)
    .default([]),
  steps: z.array(Step.refine(runsOneThing, ONE_THING)).min(1).max(64),
  inputs: z
    .array(
      z.strictObject({
        /** what a run reads, templated like step arguments */
        uri: s3Uri,
        /** what a usual run reads, if known: the forecast before there is a past */
        typicalGib: z.number().positive().max(MAX_LOAD_GIB).optional(),
      }),
    )
    .min(1),
  outputs: z.array(z.strictObject({ uri: s3Uri })).default([]),
  capacity: Capacity.prefault({}),
  baseline: Baseline.optional(),
  /** days on which the load is unlike that of their weekday, in the time zone of the schedule */
  holidays: z.array(z.iso.date()).max(400).optional(),
  autonomy: z.enum(['advise', 'approve', 'auto']).default('auto'),
  /** explore: runs that nobody is asked about may try fleets from which the job's runtime is learnt, within its budget */
  learning: z.strictObject({ explore: z.boolean().default(false) }).optional(),
  maxAttempts: z.number().int().min(1).max(ATTEMPTS_MAX).default(2),
});
export type Job = z.infer<typeof Job>;

/**
 * A job as it is deployed: local files replaced by keys of the deployment's asset bucket.
 * The deployed set is one document, `jobs.json`, read by AdmitRun.
 */
export const DeployedArtefact = z.union([
  z.strictObject({ assetKey: z.string(), sha256 }),
  z.strictObject({ s3: s3Uri, sha256 }),
]);
export type DeployedArtefact = z.infer<typeof DeployedArtefact>;

export const DeployedJob = z.strictObject({
  ...Job.shape,
  steps: z.array(
    z
      .strictObject({ ...Step.shape, script: DeployedArtefact.optional(), jar: DeployedArtefact.optional() })
      .refine(runsOneThing, ONE_THING),
  ),
  bootstrap: z.array(
    z.strictObject({
      name: z.string(),
      script: DeployedArtefact,
      arguments: z.array(z.string()).default([]),
    }),
  ),
});
export type DeployedJob = z.infer<typeof DeployedJob>;

export const DeployedJobs = z.object({ jobs: z.array(DeployedJob) });
export type DeployedJobs = z.infer<typeof DeployedJobs>;
