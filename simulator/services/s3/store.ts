import { AwsFailure, type Kernel } from '../../contracts.ts';
import type { ServiceEvent } from '../eventbridge/event.ts';
import { Bucket, type BucketSettings, type StoredObject } from './bucket.ts';

/** The account's buckets: what the operations share. */
export class S3Store {
  readonly kernel: Kernel;
  readonly #buckets = new Map<string, Bucket>();
  readonly #publish: (event: ServiceEvent) => void;
  #sequence = 0;

  constructor(kernel: Kernel, publish: (event: ServiceEvent) => void) {
    this.kernel = kernel;
    this.#publish = publish;
  }

  create(settings: Omit<BucketSettings, 'createdAtMs'>): Bucket {
    if (this.#buckets.has(settings.name)) {
      throw new AwsFailure('BucketAlreadyOwnedByYou', `The bucket ${settings.name} exists already`, 409);
    }
    const bucket = new Bucket({ ...settings, createdAtMs: this.kernel.clock.nowMs() });
    this.#buckets.set(settings.name, bucket);
    return bucket;
  }

  all(): Bucket[] {
    return [...this.#buckets.values()];
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket !== undefined) return bucket;
    throw new AwsFailure('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  }

  /** Tells EventBridge of a new or deleted object, if the bucket is set up for it. */
  notify(
    bucket: Bucket,
    detailType: 'Object Created' | 'Object Deleted',
    reason: string,
    object: Pick<StoredObject, 'key' | 'sizeBytes' | 'etag'>,
  ): void {
    if (!bucket.sendsEvents) return;
    this.#sequence += 1;
    const { name } = bucket.settings;
    const created = detailType === 'Object Created';
    this.#publish({
      source: 'aws.s3',
      detailType,
      resources: [`arn:aws:s3:::${name}`],
      detail: {
        version: '0',
        bucket: { name },
        object: {
          key: object.key,
          ...(created && { size: object.sizeBytes, etag: object.etag.replaceAll('"', '') }),
          sequencer: this.#sequence.toString(16).toUpperCase().padStart(16, '0'),
        },
        requester: this.kernel.accountId,
        reason,
        ...(!created && { 'deletion-type': 'Permanently Deleted' }),
      },
    });
  }
}
