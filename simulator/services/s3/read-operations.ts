import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsFailure, operation, type Operation, type RequiredPermission } from '../../contracts.ts';
import { ignored, known } from '../known.ts';
import { bodyOf, sameEtag, type StoredObject } from './bucket.ts';
import { listPage } from './listing.ts';
import type { S3Store } from './store.ts';

const GetObject = z.strictObject({
  Bucket: z.string(),
  Key: z.string(),
  Range: z.string().optional(),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  ChecksumMode: z.enum(['ENABLED']).optional(),
  ExpectedBucketOwner: ignored,
});

const ListObjects = z.strictObject({
  Bucket: z.string(),
  Prefix: z.string().default(''),
  Delimiter: z.string().default(''),
  StartAfter: z.string().default(''),
  ContinuationToken: z.string().optional(),
  MaxKeys: z.number().int().nonnegative().optional(),
  ExpectedBucketOwner: ignored,
  RequestPayer: ignored,
});

export function readOperations(store: S3Store): Record<string, Operation> {
  return {
    GetObject: operation(known('s3 GetObject', GetObject), {
      permissions: (input) => readPermissions(store, input.Bucket, input.Key),
      run(input) {
        const object = objectFor(store, input);
        const body = bodyOf(input.Bucket, object);
        const range = input.Range === undefined ? undefined : rangeOf(input.Range, body.length);
        const part = range === undefined ? body : body.subarray(range.first, range.last + 1);
        return {
          ...headersOf(object),
          ContentLength: part.length,
          Body: part,
          ...(range && { ContentRange: `bytes ${range.first}-${range.last}/${body.length}` }),
        };
      },
    }),
    HeadObject: operation(known('s3 HeadObject', GetObject.omit({ Range: true })), {
      permissions: (input) => readPermissions(store, input.Bucket, input.Key),
      run(input) {
        const object = objectFor(store, input, 'NotFound');
        return { ...headersOf(object), ...(input.ChecksumMode === 'ENABLED' && checksumOf(object)) };
      },
    }),
    ListObjectsV2: listObjects(store),
    HeadBucket: operation(
      known('s3 HeadBucket', z.strictObject({ Bucket: z.string(), ExpectedBucketOwner: ignored })),
      {
        permissions: (input) => [listPermission(input.Bucket)],
        run(input) {
          if (store.find(input.Bucket) === undefined) throw new AwsFailure('NotFound', 'Not Found', 404);
          return { BucketRegion: store.kernel.region };
        },
      },
    ),
    ListBuckets: operation(known('s3 ListBuckets', z.strictObject({ Prefix: z.string().default('') })), {
      permissions: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
      run: (input) => ({
        Buckets: store
          .all()
          .filter((bucket) => bucket.settings.name.startsWith(input.Prefix))
          .map(({ settings }) => ({
            Name: settings.name,
            CreationDate: new Date(settings.createdAtMs),
            BucketRegion: store.kernel.region,
          })),
      }),
    }),
  };
}

function listObjects(store: S3Store): Operation {
  return operation(known('s3 ListObjectsV2', ListObjects), {
    permissions: (input) => [
      {
        ...listPermission(input.Bucket),
        context: { 's3:prefix': [input.Prefix], 's3:delimiter': [input.Delimiter] },
      },
    ],
    run(input) {
      const page = listPage(store.bucket(input.Bucket), {
        prefix: input.Prefix,
        delimiter: input.Delimiter,
        startAfter: input.StartAfter,
        continuationToken: input.ContinuationToken,
        maxKeys: input.MaxKeys,
      });
      return {
        Name: input.Bucket,
        Prefix: input.Prefix,
        ...(input.Delimiter !== '' && { Delimiter: input.Delimiter }),
        MaxKeys: page.maxKeys,
        KeyCount: page.objects.length + page.commonPrefixes.length,
        IsTruncated: page.nextToken !== undefined,
        ...(page.nextToken !== undefined && { NextContinuationToken: page.nextToken }),
        ...(page.objects.length > 0 && { Contents: page.objects.map(contentOf) }),
        ...(page.commonPrefixes.length > 0 && {
          CommonPrefixes: page.commonPrefixes.map((Prefix) => ({ Prefix })),
        }),
      };
    },
  });
}

/** Without the right to list, S3 denies the read of a missing key instead of telling that it is missing. */
function readPermissions(store: S3Store, bucketName: string, key: string): RequiredPermission[] {
  const bucket = store.find(bucketName);
  const missing = bucket !== undefined && bucket.get(key) === undefined;
  const kmsKeyArn = missing ? undefined : bucket?.settings.kmsKeyArn;
  return [
    { action: 's3:GetObject', resource: `arn:aws:s3:::${bucketName}/${key}` },
    ...(missing ? [listPermission(bucketName)] : []),
    ...(kmsKeyArn === undefined ? [] : [{ action: 'kms:Decrypt', resource: kmsKeyArn }]),
  ];
}

function listPermission(bucket: string): RequiredPermission {
  return { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` };
}

function objectFor(
  store: S3Store,
  input: { Bucket: string; Key: string; IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
  missingCode = 'NoSuchKey',
): StoredObject {
  const object = store.bucket(input.Bucket).get(input.Key);
  if (object === undefined) {
    throw new AwsFailure(missingCode, 'The specified key does not exist.', 404, { Key: input.Key });
  }
  if (input.IfMatch !== undefined && !sameEtag(input.IfMatch, object.etag)) {
    throw new AwsFailure(
      'PreconditionFailed',
      'At least one of the pre-conditions you specified did not hold',
      412,
    );
  }
  if (input.IfNoneMatch !== undefined && sameEtag(input.IfNoneMatch, object.etag)) {
    throw new AwsFailure('NotModified', 'Not Modified', 304);
  }
  return object;
}

function headersOf(object: StoredObject) {
  return {
    AcceptRanges: 'bytes',
    LastModified: new Date(object.modifiedAtMs),
    ContentLength: object.sizeBytes,
    ETag: object.etag,
    ContentType: object.contentType,
    Metadata: object.metadata,
    ...(object.contentEncoding !== undefined && { ContentEncoding: object.contentEncoding }),
  };
}

/** Objects with content are taken to have been uploaded in one part, with SHA-256 as their checksum. */
function checksumOf({ body }: StoredObject) {
  if (body === null) return {};
  const ChecksumSHA256 = createHash('sha256').update(body).digest('base64');
  return { ChecksumSHA256, ChecksumType: 'FULL_OBJECT' };
}

function contentOf(object: StoredObject) {
  return {
    Key: object.key,
    LastModified: new Date(object.modifiedAtMs),
    ETag: object.etag,
    Size: object.sizeBytes,
    StorageClass: 'STANDARD',
  };
}

/** A single byte range: `bytes=a-b`, `bytes=a-` or `bytes=-n`. Others are ignored, as HTTP allows. */
function rangeOf(header: string, length: number): { first: number; last: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const suffix = match[1] === '';
  const first = suffix ? Math.max(0, length - Number(match[2])) : Number(match[1]);
  const last = suffix || match[2] === '' ? length - 1 : Math.min(Number(match[2]), length - 1);
  if (first > last) {
    throw new AwsFailure('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return { first, last };
}
