import type { Job } from '../core/contracts/job.ts';
import type { Grant } from './grants.ts';

/** A folder of a bucket, as far as it is known before a run fills in its templates. */
interface Area {
  readonly bucket: string;
  readonly prefix: string;
}

const READS = 'Objects below a job’s declared inputs; a run fills in the rest of the name.';
const WRITES = 'Objects below a job’s declared outputs; the job names its files.';

/** What jobs say of their data: who needs what of which bucket. Buckets are the team's own. */
export class JobData {
  private readonly partition: string;
  private readonly inputs: readonly Area[];
  private readonly outputs: readonly Area[];

  constructor(jobs: readonly Job[], partition: string) {
    this.partition = partition;
    this.inputs = jobs.flatMap((job) =>
      [...job.inputs.map(({ uri }) => uri), ...(job.readiness?.markers ?? [])].map(areaOf),
    );
    this.outputs = jobs.flatMap((job) => job.outputs.map(({ uri }) => folder(areaOf(uri))));
  }

  /** Names and sizes of what lies at the inputs, and the objects that say they are complete. */
  allowReadingInputs(): Grant[] {
    return [
      ...this.allowListing(this.inputs, 'StringLikeIfExists'),
      ...this.allowObjects(['s3:GetObject'], this.inputs, '*', READS),
    ];
  }

  /** Names and sizes of what lies at the outputs. */
  allowListingOutputs(): Grant[] {
    return this.allowListing(this.outputs, 'StringLike');
  }

  /** The pointer that makes one attempt's output the run's. */
  allowPublishing(): Grant[] {
    return this.allowObjects(['s3:GetObject', 's3:PutObject'], this.outputs, '_published/*', WRITES);
  }

  /** Whether an attempt's output was made the run's. */
  allowReadingPointers(): Grant[] {
    return [
      ...this.allowListing(this.outputs, 'StringLikeIfExists'),
      ...this.allowObjects(['s3:GetObject'], this.outputs, '_published/*', WRITES),
    ];
  }

  /**
   * What Spark does on a cluster's nodes: read inputs; write outputs, read them back, tidy up. Tidying up takes
   * the right to delete: only EMRFS's own committer does without renaming, and only for Spark SQL's formats.
   * Everything else commits by renaming out of `_temporary/`, which on S3 is a copy and a deletion, and every
   * committer removes `_temporary/` and its folder markers at the end. Outputs only, never inputs.
   *
   * @see https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-spark-committer-reqs.html
   */
  allowNodes(): Grant[] {
    const folders = this.outputs.flatMap(({ bucket, prefix }) => folderMarkers(bucket, prefix));
    return [
      ...this.allowReadingInputs(),
      ...this.allowListing(this.outputs, 'StringLikeIfExists'),
      ...this.allowObjects(
        ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        this.outputs,
        '*',
        WRITES,
      ),
      ...this.allowObjects(['s3:GetObject', 's3:PutObject'], folders, '', WRITES),
    ];
  }

  /**
   * Asking for one object carries no `s3:prefix`, and S3 says "not found" rather than "forbidden" of a missing
   * one only to those who may list: who asks for single objects needs the condition in its IfExists form.
   */
  private allowListing(areas: readonly Area[], operator: 'StringLike' | 'StringLikeIfExists'): Grant[] {
    return [...byBucket(areas)].map(([bucket, prefixes]) => ({
      actions: ['s3:ListBucket'],
      resources: [`arn:${this.partition}:s3:::${bucket}`],
      conditions: { [operator]: { 's3:prefix': prefixes.flatMap(listed) } },
    }));
  }

  private allowObjects(
    actions: string[],
    areas: readonly Area[],
    suffix: string,
    wildcardReason: string,
  ): Grant[] {
    const resources = [...byBucket(areas)].flatMap(([bucket, prefixes]) =>
      prefixes.map((prefix) => `arn:${this.partition}:s3:::${bucket}/${prefix}${suffix}`),
    );
    return resources.length === 0 ? [] : [{ actions, resources, wildcardReason }];
  }
}

/** Where an address points as far as it is fixed: `s3://data/orders/dt={{ run.date }}/` is `orders/dt=` of `data`. */
function areaOf(uri: string): Area {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?([^{]*)/.exec(uri) ?? [];
  return { bucket, prefix };
}

function folder({ bucket, prefix }: Area): Area {
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}

/** What a listing of a folder may ask for: what lies below it, and the folder itself by either of its names. */
function listed(prefix: string): string[] {
  return prefix.endsWith('/') ? [`${prefix}*`, prefix.slice(0, -1)] : [`${prefix}*`];
}

/** Empty objects by which EMR's file system remembers that a folder and those above it exist. */
function folderMarkers(bucket: string, prefix: string): Area[] {
  const parts = prefix.split('/').filter((part) => part !== '');
  return parts.map((_, i) => ({ bucket, prefix: `${parts.slice(0, i + 1).join('/')}_$folder$` }));
}

function byBucket(areas: readonly Area[]): Map<string, string[]> {
  const prefixes = new Map<string, string[]>();
  for (const { bucket, prefix } of areas) {
    const known = prefixes.get(bucket) ?? [];
    if (!known.includes(prefix)) prefixes.set(bucket, [...known, prefix].sort());
  }
  return prefixes;
}
