import { createHash } from 'node:crypto';
import { NotSimulatedError } from '../../contracts.ts';

export interface StoredObject {
  readonly key: string;
  /** null: only its size is known; it stands for data too large to hold */
  readonly body: Uint8Array | null;
  readonly sizeBytes: number;
  /** with its quotes, as the header has it */
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly contentType: string;
  readonly contentEncoding?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

interface ObjectAttributes {
  readonly contentType?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface BucketSettings {
  readonly name: string;
  readonly createdAtMs: number;
  /** key of SSE-KMS; callers need the right to use it */
  readonly kmsKeyArn: string | undefined;
}

/** One bucket: objects by key, listed in the order of their keys' UTF-8 bytes as S3 lists them. */
export class Bucket {
  readonly settings: BucketSettings;
  readonly policies: unknown[] = [];
  sendsEvents = false;
  readonly #objects = new Map<string, StoredObject>();
  #sortedKeys: string[] | null = null;

  constructor(settings: BucketSettings) {
    this.settings = settings;
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  put(key: string, body: Uint8Array, nowMs: number, attributes: ObjectAttributes = {}): StoredObject {
    return this.#store(key, { body, sizeBytes: body.length, etag: etagOf(body), nowMs }, attributes);
  }

  /** An object of which only the size exists. */
  putSparse(key: string, sizeBytes: number, nowMs: number): StoredObject {
    const etag = etagOf(`${key}\n${sizeBytes}\n${nowMs}`);
    return this.#store(key, { body: null, sizeBytes, etag, nowMs }, {});
  }

  delete(key: string): boolean {
    const existed = this.#objects.delete(key);
    if (existed) this.#sortedKeys = null;
    return existed;
  }

  /** Keys that start with `prefix` and come after `after`, ascending. */
  *keysFrom(prefix: string, after: string): Generator<string> {
    this.#sortedKeys ??= [...this.#objects.keys()].sort(byUtf8);
    const keys = this.#sortedKeys;
    const start =
      after > '' && byUtf8(after, prefix) >= 0 ? firstAfter(keys, after) : firstNotBefore(keys, prefix);
    for (let i = start; i < keys.length; i += 1) {
      const key = keys[i] ?? '';
      if (!key.startsWith(prefix)) return;
      yield key;
    }
  }

  #store(
    key: string,
    content: { body: Uint8Array | null; sizeBytes: number; etag: string; nowMs: number },
    attributes: ObjectAttributes,
  ): StoredObject {
    if (!this.#objects.has(key)) this.#sortedKeys = null;
    const stored: StoredObject = {
      key,
      body: content.body,
      sizeBytes: content.sizeBytes,
      etag: content.etag,
      // S3 keeps whole seconds
      modifiedAtMs: Math.floor(content.nowMs / 1000) * 1000,
      contentType: attributes.contentType ?? 'application/octet-stream',
      contentEncoding: attributes.contentEncoding,
      metadata: attributes.metadata ?? {},
    };
    this.#objects.set(key, stored);
    return stored;
  }
}

/** @throws NotSimulatedError  for an object without a body */
export function bodyOf(bucket: string, object: StoredObject): Uint8Array {
  if (object.body !== null) return object.body;
  throw new NotSimulatedError(
    `s3://${bucket}/${object.key} stands for ${object.sizeBytes} bytes of simulated data and has no body to read`,
  );
}

/** Clients may leave the quotes out. */
export function sameEtag(one: string, other: string): boolean {
  return one.replaceAll('"', '') === other.replaceAll('"', '');
}

function etagOf(content: Uint8Array | string): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function firstNotBefore(keys: readonly string[], bound: string): number {
  return partitionPoint(keys, (key) => byUtf8(key, bound) < 0);
}

function firstAfter(keys: readonly string[], bound: string): number {
  return partitionPoint(keys, (key) => byUtf8(key, bound) <= 0);
}

/** First index whose key is not before the bound, by bisection. */
function partitionPoint(keys: readonly string[], isBefore: (key: string) => boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(keys[middle] ?? '')) low = middle + 1;
    else high = middle;
  }
  return low;
}
