import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { answering, openForTest, TRANSPORTS } from './sdk-clients.ts';

const at = new Date('2026-01-04T12:30:00.000Z');
describe.each(TRANSPORTS)('an SDK client over %s', (transport) => {
  const open = (...services: ReturnType<typeof answering>[]) => openForTest(transport, services);

  it('puts, streams, gets, heads, lists and deletes objects', async () => {
    const stored = new Map<string, Uint8Array>();
    const s3 = answering('s3', {
      PutObject: ({ Key, Body }: { Key: string; Body: Uint8Array }) => {
        stored.set(Key, Body);
        return { ETag: '"e"' };
      },
      GetObject: ({ Key }: { Key: string }) => {
        const Body = stored.get(Key) ?? new Uint8Array();
        return {
          Body,
          ContentLength: Body.byteLength,
          ETag: '"e"',
          LastModified: at,
          ContentType: 'text/plain',
          Metadata: { owner: 'me' },
        };
      },
      HeadObject: () => ({ ContentLength: 5, ETag: '"e"', LastModified: at }),
      DeleteObject: () => ({}),
      ListObjectsV2: () => ({
        Name: 'b-1',
        KeyCount: 2,
        IsTruncated: false,
        Prefix: 'a/',
        Contents: [...stored.keys()].map((Key) => ({ Key, Size: 5, LastModified: at, ETag: '"e"' })),
        CommonPrefixes: [{ Prefix: 'a/x/' }],
      }),
    });
    const { kernel, clients } = await open(s3);
    const key = 'a/b c+d&e.json';
    await kernel.settle(() =>
      clients.s3.send(
        new PutObjectCommand({ Bucket: 'b-1', Key: key, Body: 'hello', Metadata: { owner: 'me' } }),
      ),
    );
    expect(s3.inputs[0]).toMatchObject({ Bucket: 'b-1', Key: key, Metadata: { owner: 'me' } });
    await kernel.settle(() =>
      clients.s3.send(
        new PutObjectCommand({
          Bucket: 'b-1',
          Key: 'a/s',
          Body: Readable.from([Buffer.from('stre'), Buffer.from('am')]),
          ContentLength: 6,
        }),
      ),
    );
    expect(Buffer.from(stored.get('a/s') ?? []).toString()).toBe('stream');
    const got = await kernel.settle(async () => {
      const response = await clients.s3.send(new GetObjectCommand({ Bucket: 'b-1', Key: key }));
      return { ...response, text: await response.Body?.transformToString() };
    });
    expect(got).toMatchObject({
      text: 'hello',
      LastModified: at,
      ContentLength: 5,
      Metadata: { owner: 'me' },
    });
    const head = await kernel.settle(() =>
      clients.s3.send(new HeadObjectCommand({ Bucket: 'b-1', Key: key })),
    );
    expect(head.ContentLength).toBe(5);
    const list = await kernel.settle(() =>
      clients.s3.send(new ListObjectsV2Command({ Bucket: 'b-1', Prefix: 'a/' })),
    );
    expect(list.Contents?.map(({ Key }) => Key)).toEqual([key, 'a/s']);
    expect(list.CommonPrefixes).toEqual([{ Prefix: 'a/x/' }]);
    expect(s3.inputs.at(-1)).toEqual({ Bucket: 'b-1', Prefix: 'a/' });
    await kernel.settle(() => clients.s3.send(new DeleteObjectCommand({ Bucket: 'b-1', Key: key })));
    expect(s3.inputs.at(-1)).toEqual({ Bucket: 'b-1', Key: key });
  });

  it('reads a large object whole', async () => {
    const Body = new Uint8Array(3_000_000).fill(7);
    const { kernel, clients } = await open(
      answering('s3', { GetObject: () => ({ Body, ContentLength: Body.byteLength, ETag: '"e"' }) }),
    );
    const length = await kernel.settle(async () => {
      const response = await clients.s3.send(new GetObjectCommand({ Bucket: 'b-1', Key: 'k' }));
      return (await response.Body?.transformToByteArray())?.byteLength;
    });
    expect(length).toBe(3_000_000);
  });
});
