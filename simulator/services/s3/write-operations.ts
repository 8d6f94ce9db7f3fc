import * as z from 'zod';
import { AwsFailure, operation, type Operation, type RequiredPermission } from '../../contracts.ts';
import { Blob, sizeBytes } from '../bytes.ts';
import { ignored, known } from '../known.ts';
import { bodyOf, sameEtag, type Bucket } from './bucket.ts';
import type { S3Store } from './store.ts';

const LONGEST_KEY_BYTES = 1024;
const LARGEST_PUT_BYTES = 5 * 1024 ** 3;

const encrypting = { ServerSideEncryption: ignored, SSEKMSKeyId: ignored, BucketKeyEnabled: ignored };
const conditions = { IfMatch: z.string().optional(), IfNoneMatch: z.literal('*').optional() };
const PutObject = z.strictObject({
  Bucket: z.string(),
  Key: z.string(),
  Body: Blob.default(new Uint8Array()),
  ContentType: z.string().optional(),
  ContentEncoding: z.string().optional(),
  Metadata: z.record(z.string(), z.string()).optional(),
  ...conditions,
  ...encrypting,
  CacheControl: ignored,
  ContentLength: ignored,
  ContentMD5: ignored,
  ChecksumAlgorithm: ignored,
  ChecksumCRC32: ignored,
  ChecksumCRC32C: ignored,
  ChecksumCRC64NVME: ignored,
  ChecksumSHA1: ignored,
  ChecksumSHA256: ignored,
  ExpectedBucketOwner: ignored,
  Tagging: ignored,
});

const CopyObject = z.strictObject({
  Bucket: z.string(),
  Key: z.string(),
  CopySource: z.string(),
  ...conditions,
  ...encrypting,
  ChecksumAlgorithm: ignored,
  ExpectedBucketOwner: ignored,
  ExpectedSourceBucketOwner: ignored,
});

const DeleteObject = z.strictObject({ Bucket: z.string(), Key: z.string(), ExpectedBucketOwner: ignored });
const DeleteObjects = z.strictObject({
  Bucket: z.string(),
  Delete: z.strictObject({
    Objects: z.array(z.strictObject({ Key: z.string() })).max(1000),
    Quiet: z.boolean().optional(),
  }),
  ChecksumAlgorithm: ignored,
  ExpectedBucketOwner: ignored,
});

export function writeOperations(store: S3Store): Record<string, Operation> {
  return {
    PutObject: operation(known('s3 PutObject', PutObject), {
      permissions: (input) => writePermissions(store, input),
      run(input) {
        const bucket = store.bucket(input.Bucket);
        checkKey(input.Key);
        checkConditions(bucket, input);
        if (input.Body.length > LARGEST_PUT_BYTES) {
          throw new AwsFailure(
            'EntityTooLarge',
            'Your proposed upload exceeds the maximum allowed object size.',
          );
        }
        const object = bucket.put(input.Key, Uint8Array.from(input.Body), store.kernel.clock.nowMs(), {
          contentType: input.ContentType,
          contentEncoding: input.ContentEncoding,
          metadata: input.Metadata,
        });
        store.notify(bucket, 'Object Created', 'PutObject', object);
        return { ETag: object.etag, ...encryptionOf(bucket) };
      },
    }),
    CopyObject: copyObject(store),
    DeleteObject: operation(known('s3 DeleteObject', DeleteObject), {
      permissions: (input) => [deletePermission(input.Bucket, input.Key)],
      run(input) {
        remove(store, store.bucket(input.Bucket), input.Key, 'DeleteObject');
        return {};
      },
    }),
    DeleteObjects: operation(known('s3 DeleteObjects', DeleteObjects), {
      permissions: (input) => input.Delete.Objects.map(({ Key }) => deletePermission(input.Bucket, Key)),
      run(input) {
        const bucket = store.bucket(input.Bucket);
        for (const { Key } of input.Delete.Objects) remove(store, bucket, Key, 'DeleteObject');
        return input.Delete.Quiet === true ? {} : { Deleted: input.Delete.Objects };
      },
    }),
  };
}

function copyObject(store: S3Store): Operation {
  return operation(known('s3 CopyObject', CopyObject), {
    permissions(input) {
      const { bucket, key } = sourceOf(input.CopySource);
      const kmsKeyArn = store.find(bucket)?.settings.kmsKeyArn;
      return [
        { action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/${key}` },
        ...(kmsKeyArn === undefined ? [] : [{ action: 'kms:Decrypt', resource: kmsKeyArn }]),
        ...writePermissions(store, input),
      ];
    },
    run(input) {
      const source = sourceOf(input.CopySource);
      const original = store.bucket(source.bucket).get(source.key);
      if (original === undefined) {
        throw new AwsFailure('NoSuchKey', 'The specified key does not exist.', 404, { Key: source.key });
      }
      const bucket = store.bucket(input.Bucket);
      checkKey(input.Key);
      checkConditions(bucket, input);
      const nowMs = store.kernel.clock.nowMs();
      const object =
        original.body === null
          ? bucket.putSparse(input.Key, original.sizeBytes, nowMs)
          : bucket.put(input.Key, bodyOf(source.bucket, original), nowMs, original);
      store.notify(bucket, 'Object Created', 'CopyObject', object);
      return {
        CopyObjectResult: { ETag: object.etag, LastModified: new Date(object.modifiedAtMs) },
        ...encryptionOf(bucket),
      };
    },
  });
}

function remove(store: S3Store, bucket: Bucket, key: string, reason: string): void {
  const object = bucket.get(key);
  if (object === undefined) return;
  bucket.delete(key);
  store.notify(bucket, 'Object Deleted', reason, object);
}

function writePermissions(
  store: S3Store,
  input: { Bucket: string; Key: string; IfMatch?: string | undefined },
): RequiredPermission[] {
  const kmsKeyArn = store.find(input.Bucket)?.settings.kmsKeyArn;
  const resource = `arn:aws:s3:::${input.Bucket}/${input.Key}`;
  return [
    { action: 's3:PutObject', resource },
    // Whoever compares an object's tag must be allowed to read it.
    ...(input.IfMatch === undefined ? [] : [{ action: 's3:GetObject', resource }]),
    ...(kmsKeyArn === undefined ? [] : [{ action: 'kms:GenerateDataKey', resource: kmsKeyArn }]),
  ];
}

function deletePermission(bucket: string, key: string): RequiredPermission {
  return { action: 's3:DeleteObject', resource: `arn:aws:s3:::${bucket}/${key}` };
}

function checkKey(key: string): void {
  if (sizeBytes(key) > LONGEST_KEY_BYTES) throw new AwsFailure('KeyTooLongError', 'Your key is too long');
}

function checkConditions(
  bucket: Bucket,
  input: { Key: string; IfMatch?: string | undefined; IfNoneMatch?: '*' | undefined },
): void {
  const existing = bucket.get(input.Key);
  if (input.IfMatch !== undefined && existing === undefined) {
    throw new AwsFailure('NoSuchKey', 'The specified key does not exist.', 404, { Key: input.Key });
  }
  const changed = input.IfMatch !== undefined && !sameEtag(input.IfMatch, existing?.etag ?? '');
  const taken = input.IfNoneMatch === '*' && existing !== undefined;
  if (changed || taken) {
    throw new AwsFailure(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
      {
        Condition: taken ? 'If-None-Match' : 'If-Match',
      },
    );
  }
}

function encryptionOf(bucket: Bucket) {
  const { kmsKeyArn } = bucket.settings;
  return kmsKeyArn === undefined
    ? { ServerSideEncryption: 'AES256' }
    : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn };
}

/** `CopySource` is `bucket/key`, URL-encoded, with or without a leading slash. */
function sourceOf(copySource: string): { bucket: string; key: string } {
  const path = decodeURIComponent(copySource.replace(/^\//, ''));
  const slash = path.indexOf('/');
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}
