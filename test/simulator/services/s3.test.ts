import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ServiceEvent } from '../../../simulator/services/eventbridge/event.ts';
import { createS3Service, type S3Service } from '../../../simulator/services/s3/service.ts';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

let kernel: FakeKernel;
let s3: S3Service;
let events: ServiceEvent[];
const Bucket = 'acme-data';
interface Answer {
  ETag: string;
  Body: Uint8Array;
  NextContinuationToken?: string;
  Contents?: { Key: string }[];
  CommonPrefixes?: { Prefix: string }[];
}
const ask = (operation: string, input: object) =>
  asked<Answer>(kernel, 's3', operation, { Bucket, ...input });
const textOf = (body: Uint8Array) => new TextDecoder().decode(body);

beforeEach(() => {
  kernel = fakeKernel();
  events = [];
  s3 = createS3Service(kernel, (event) => events.push(event));
  kernel.register(s3);
  s3.createBucket(Bucket);
});

describe('objects', () => {
  test('come back as they were put, whole or in ranges', async () => {
    const { ETag } = await ask('PutObject', { Key: 'a', Body: 'hello world', Metadata: { run: '1' } });
    expect(ETag).toBe('"5eb63bbbe01eeed093cb22bb8f5acdc3"');
    const whole = await ask('GetObject', { Key: 'a' });
    expect(whole).toMatchObject({ ETag, ContentLength: 11, Metadata: { run: '1' } });
    expect(textOf(whole.Body)).toBe('hello world');
    const range = async (Range: string) => textOf((await ask('GetObject', { Key: 'a', Range })).Body);
    expect([await range('bytes=0-4'), await range('bytes=6-'), await range('bytes=-3')]).toEqual([
      'hello',
      'world',
      'rld',
    ]);
    await expect(range('bytes=11-')).rejects.toMatchObject({ code: 'InvalidRange', statusCode: 416 });
  });

  test('If-None-Match lets the first writer win', async () => {
    await ask('PutObject', { Key: 'lock', Body: '1', IfNoneMatch: '*' });
    await expect(ask('PutObject', { Key: 'lock', Body: '2', IfNoneMatch: '*' })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      statusCode: 412,
    });
    expect(s3.read(Bucket, 'lock')).toBe('1');
  });

  test('If-Match writes only over what the writer has seen', async () => {
    const { ETag } = await ask('PutObject', { Key: 'pointer', Body: '1' });
    await ask('PutObject', { Key: 'pointer', Body: '2', IfMatch: ETag });
    await expect(ask('PutObject', { Key: 'pointer', Body: '3', IfMatch: ETag })).rejects.toMatchObject({
      code: 'PreconditionFailed',
    });
    await expect(ask('PutObject', { Key: 'none', Body: '3', IfMatch: ETag })).rejects.toMatchObject({
      code: 'NoSuchKey',
    });
  });

  test('reading a missing key asks for the right to list, too: without it S3 says 403', async () => {
    await expect(ask('GetObject', { Key: 'missing' })).rejects.toMatchObject({ code: 'NoSuchKey' });
    expect(kernel.required).toEqual([
      { action: 's3:GetObject', resource: 'arn:aws:s3:::acme-data/missing' },
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::acme-data' },
    ]);
  });

  test('of sparse data the size is known and reading it fails loudly', async () => {
    s3.putSparse(Bucket, 'raw/part-0', 50 * 1024 ** 3);
    expect(await ask('HeadObject', { Key: 'raw/part-0' })).toMatchObject({ ContentLength: 53_687_091_200 });
    await expect(ask('GetObject', { Key: 'raw/part-0' })).rejects.toThrow(/has no body to read/);
  });

  test('ACLs and other unknown members are refused by name', async () => {
    await expect(ask('PutObject', { Key: 'a', Body: '', ACL: 'public-read' })).rejects.toThrow(
      /ACL is unknown/,
    );
  });

  test('deletes and copies', async () => {
    await ask('PutObject', { Key: 'a b', Body: '1' });
    await ask('CopyObject', { Key: 'c', CopySource: 'acme-data/a%20b' });
    await ask('DeleteObjects', { Delete: { Objects: [{ Key: 'a b' }, { Key: 'never' }] } });
    expect(s3.list(Bucket)).toMatchObject([{ key: 'c', sizeBytes: 1 }]);
  });
});

describe('listing', () => {
  const listAll = async (request: object) => {
    const found: string[] = [];
    for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
      const page = await ask('ListObjectsV2', { ...request, ContinuationToken: token });
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
      token = page.NextContinuationToken;
    }
    return found;
  };

  test('gives at most 1000 keys a page', async () => {
    for (let i = 0; i < 1001; i += 1) s3.putObject(Bucket, `k${String(i).padStart(4, '0')}`, '');
    const page = await ask('ListObjectsV2', {});
    expect(page).toMatchObject({ KeyCount: 1000, IsTruncated: true });
    expect(await listAll({})).toHaveLength(1001);
  });

  test('pages of any size show every key and common prefix once, in order', async () => {
    const key = fc.array(fc.constantFrom('a', 'b', '/', 'é', '!'), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          key.map((letters) => letters.join('')),
          { maxLength: 25 },
        ),
        fc.constantFrom('', 'a', 'a/'),
        fc.constantFrom('', '/'),
        fc.integer({ min: 1, max: 5 }),
        async (keys, Prefix, Delimiter, MaxKeys) => {
          for (const { key } of s3.list(Bucket)) s3.deleteObject(Bucket, key);
          for (const each of keys) s3.putObject(Bucket, each, '');
          const grouped = keys
            .filter((each) => each.startsWith(Prefix))
            .map((each) => {
              const end = Delimiter === '' ? -1 : each.indexOf(Delimiter, Prefix.length);
              return end === -1 ? each : each.slice(0, end + 1);
            });
          expect((await listAll({ Prefix, Delimiter, MaxKeys })).sort()).toEqual(
            [...new Set(grouped)].sort(),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('buckets of the template', () => {
  test('get a lower-case name of their own and a policy', async () => {
    const bucket = await s3.resources['AWS::S3::Bucket']!('DocumentsBucket9C', {}, kernel);
    expect(bucket.ref).toMatch(/^documentsbucket9c-[a-z0-9]{12}$/);
    const PolicyDocument = { Statement: [] };
    await s3.resources['AWS::S3::BucketPolicy']!('P', { Bucket: bucket.ref, PolicyDocument }, kernel);
    expect(s3.resourcePolicies!(`arn:aws:s3:::${bucket.ref}/key`)).toEqual([PolicyDocument]);
  });

  test("a bucket under the account's own key asks for the right to use it", async () => {
    const KMSMasterKeyID = 'arn:aws:kms:us-east-1:123456789012:key/k';
    await s3.resources['AWS::S3::Bucket']!(
      'Secret',
      {
        BucketName: 'secret',
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID } },
          ],
        },
      },
      kernel,
    );
    await ask('PutObject', { Bucket: 'secret', Key: 'a', Body: '1' });
    await ask('GetObject', { Bucket: 'secret', Key: 'a' });
    expect(kernel.required.filter(({ action }) => action.startsWith('kms:'))).toEqual([
      { action: 'kms:GenerateDataKey', resource: KMSMasterKeyID },
      { action: 'kms:Decrypt', resource: KMSMasterKeyID },
    ]);
  });

  test('tell EventBridge of new objects only when they are set up for it', async () => {
    await ask('PutObject', { Key: 'quiet', Body: '' });
    const configuration = { EventBridgeConfiguration: {} };
    await s3.resources['Custom::S3BucketNotifications']!(
      'N',
      { BucketName: Bucket, NotificationConfiguration: configuration, Managed: true },
      kernel,
    );
    await ask('PutObject', { Key: 'in/_SUCCESS', Body: 'x' });
    expect(events).toEqual([
      {
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: ['arn:aws:s3:::acme-data'],
        detail: expect.objectContaining({
          bucket: { name: Bucket },
          object: expect.objectContaining({ key: 'in/_SUCCESS', size: 1 }),
          reason: 'PutObject',
        }),
      },
    ]);
  });
});
