import type { Kernel, ResourceHandler, SimulatedService } from '../../contracts.ts';
import { bytesOf, textOf } from '../bytes.ts';
import type { ServiceEvent } from '../eventbridge/event.ts';
import { bodyOf } from './bucket.ts';
import { readOperations } from './read-operations.ts';
import { bucketResources } from './resources.ts';
import { S3Store } from './store.ts';
import { writeOperations } from './write-operations.ts';

export interface ObjectSummary {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** How other parts of the simulator use S3: directly, without permissions or latency. */
export interface S3Service extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** a bucket that exists outside of the template */
  createBucket(name: string, options?: { sendsEvents?: boolean }): void;
  putObject(bucket: string, key: string, body: Uint8Array | string): void;
  /** an object of which only the size exists: data of many GB */
  putSparse(bucket: string, key: string, sizeBytes: number): void;
  /** text of an object, or undefined when there is none */
  read(bucket: string, key: string): string | undefined;
  list(bucket: string, prefix?: string): ObjectSummary[];
  deleteObject(bucket: string, key: string): void;
}

/**
 * S3: buckets and whole objects. Listing is strongly consistent, as S3's is; there are no versions,
 * multipart uploads or ACLs.
 *
 * @param publish  EventBridge's entry for events of AWS services
 */
export function createS3Service(kernel: Kernel, publish: (event: ServiceEvent) => void): S3Service {
  const store = new S3Store(kernel, publish);
  return {
    name: 's3',
    operations: { ...readOperations(store), ...writeOperations(store) },
    resources: bucketResources(
      (settings) => store.create(settings),
      (name) => store.bucket(name),
    ),
    resourcePolicies: (arn) => store.find(bucketNameOf(arn))?.policies ?? [],
    createBucket(name, options = {}) {
      store.create({ name, kmsKeyArn: undefined }).sendsEvents = options.sendsEvents ?? false;
    },
    putObject(bucketName, key, body) {
      const bucket = store.bucket(bucketName);
      const bytes = typeof body === 'string' ? bytesOf(body) : body;
      store.notify(bucket, 'Object Created', 'PutObject', bucket.put(key, bytes, kernel.clock.nowMs()));
    },
    putSparse(bucketName, key, sizeBytes) {
      const bucket = store.bucket(bucketName);
      const object = bucket.putSparse(key, sizeBytes, kernel.clock.nowMs());
      store.notify(bucket, 'Object Created', 'PutObject', object);
    },
    read(bucketName, key) {
      const object = store.bucket(bucketName).get(key);
      return object === undefined ? undefined : textOf(bodyOf(bucketName, object));
    },
    list(bucketName, prefix = '') {
      const bucket = store.bucket(bucketName);
      return [...bucket.keysFrom(prefix, '')].flatMap((key) => {
        const object = bucket.get(key);
        return object === undefined
          ? []
          : [{ key, sizeBytes: object.sizeBytes, modifiedAtMs: object.modifiedAtMs }];
      });
    },
    deleteObject: (bucketName, key) => void store.bucket(bucketName).delete(key),
  };
}

function bucketNameOf(arn: string): string {
  return arn.replace(/^arn:aws:s3:::/, '').split('/')[0] ?? '';
}
