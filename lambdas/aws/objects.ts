import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { InvalidInputError } from '../../core/errors.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall, awsCallOr } from './failures.ts';
import { sdkClient } from './settings.ts';

export const s3Client = oncePerClients((clients) => sdkClient(clients, S3Client));

/** An object of S3, or a prefix when the key ends with `/`. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
  /** changes with the content */
  readonly etag: string;
}

/** @throws InvalidInputError  when the text is no S3 address */
export function placeOf(uri: string): ObjectPlace {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(uri);
  if (match?.[1] === undefined) {
    throw new InvalidInputError(`found "${uri}", allowed: an S3 address such as s3://bucket/prefix/`);
  }
  return { bucket: match[1], key: match[2] ?? '' };
}

/** Whether an object is there. Without the right to list, S3 answers 403 for one that is not. */
export async function objectExists(clients: Clients, { bucket, key }: ObjectPlace): Promise<boolean> {
  return awsCallOr('s3:GetObject', ['NotFound', 'NoSuchKey'], false, async () => {
    await s3Client(clients).send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  });
}

/**
 * The SHA-256 that S3 keeps of an object's content.
 *
 * @returns null when there is no such object
 */
export async function objectChecksum(
  clients: Clients,
  { bucket, key }: ObjectPlace,
): Promise<{ sha256Base64: string | null; type: string | null } | null> {
  return awsCallOr('s3:GetObject', ['NotFound', 'NoSuchKey'], null, async () => {
    const answer = await s3Client(clients).send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
    );
    return { sha256Base64: answer.ChecksumSHA256 ?? null, type: answer.ChecksumType ?? null };
  });
}

const KEYS_A_PAGE = 1000;

/**
 * Lists what lies below a prefix, page by page.
 *
 * @param pagesMax  bound of the listing, in pages of 1000 objects
 * @param hasTime  asked before each page but the first: whether there is time for another
 * @returns the objects, and whether that is all there is
 */
export async function listObjects(
  clients: Clients,
  { bucket, key }: ObjectPlace,
  pagesMax: number,
  hasTime: () => boolean = () => true,
): Promise<{ objects: ListedObject[]; whole: boolean }> {
  const objects: ListedObject[] = [];
  let continuation: string | undefined;
  for (let page = 0; page < pagesMax && (page === 0 || hasTime()); page += 1) {
    const answer = await awsCall('s3:ListBucket', () =>
      s3Client(clients).send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: key,
          MaxKeys: KEYS_A_PAGE,
          ...(continuation === undefined ? {} : { ContinuationToken: continuation }),
        }),
      ),
    );
    for (const { Key, Size, LastModified, ETag } of answer.Contents ?? []) {
      if (Key !== undefined) {
        const modifiedAt = LastModified ?? new Date(0);
        objects.push({ key: Key, sizeBytes: Size ?? 0, modifiedAt, etag: ETag ?? '' });
      }
    }
    continuation = answer.NextContinuationToken;
    if (continuation === undefined) return { objects, whole: true };
  }
  return { objects, whole: false };
}

/** The text of an object; undefined when it is not there. */
export async function objectText(
  clients: Clients,
  { bucket, key }: ObjectPlace,
): Promise<string | undefined> {
  return awsCallOr('s3:GetObject', 'NoSuchKey', undefined, async () => {
    const answer = await s3Client(clients).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return answer.Body?.transformToString();
  });
}

/**
 * Writes an object unless one stands there already.
 *
 * @returns false when one stood there, which then stays as it was
 */
export async function putObjectOnce(
  clients: Clients,
  { bucket, key }: ObjectPlace,
  body: string,
): Promise<boolean> {
  // 409: another conditional write of the key was under way; that one may have won.
  const refusals = ['PreconditionFailed', 'ConditionalRequestConflict'];
  return awsCallOr('s3:PutObject', refusals, false, async () => {
    await s3Client(clients).send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: 'application/json',
        IfNoneMatch: '*',
      }),
    );
    return true;
  });
}

/** The text of an object with the tag that its next version is bound to; undefined when it is not there. */
export async function objectVersion(
  clients: Clients,
  { bucket, key }: ObjectPlace,
): Promise<{ text: string; etag: string } | undefined> {
  return awsCallOr('s3:GetObject', 'NoSuchKey', undefined, async () => {
    const answer = await s3Client(clients).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { text: (await answer.Body?.transformToString()) ?? '', etag: answer.ETag ?? '' };
  });
}

/**
 * Replaces an object that still is as it was read.
 *
 * @param etag  of the version that was read
 * @returns false when another was written in between, which then stays as it is
 */
export async function replaceObject(
  clients: Clients,
  { bucket, key }: ObjectPlace,
  etag: string,
  body: string,
): Promise<boolean> {
  const refusals = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'];
  return awsCallOr('s3:PutObject', refusals, false, async () => {
    await s3Client(clients).send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: 'application/json',
        IfMatch: etag,
      }),
    );
    return true;
  });
}

/** Writes an empty object whose key ends with `/`: the folder that Spark looks for before it logs there. */
export async function putFolder(clients: Clients, { bucket, key }: ObjectPlace): Promise<void> {
  await awsCall('s3:PutObject', () =>
    s3Client(clients).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: new Uint8Array() })),
  );
}

/**
 * Reads an object piece by piece as it arrives, so that a large event log never lies in memory whole.
 *
 * @param piece  called with each piece, which nobody changes afterwards
 */
export async function readObjectPieces(
  clients: Clients,
  { bucket, key }: ObjectPlace,
  piece: (bytes: Uint8Array) => void,
): Promise<void> {
  const { Body: body } = await awsCall('s3:GetObject', () =>
    s3Client(clients).send(new GetObjectCommand({ Bucket: bucket, Key: key })),
  );
  if (!(body instanceof Readable)) {
    throw new TypeError(`the body of s3://${bucket}/${key} came as something other than a stream`);
  }
  for await (const bytes of chunksOf(body)) piece(bytes);
}

/** The stream's chunks. Only what breaks the stream is a failure of the call: what is done with a chunk is not. */
async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<unknown> = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await awsCall('s3:GetObject', () => chunks.next());
      if (next.done === true) return;
      if (!(next.value instanceof Uint8Array)) {
        throw new TypeError('an object body came as something other than bytes');
      }
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}
