import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { secondsBetween, SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../../core/units.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { listObjects, s3Client } from './objects.ts';

const PREFIX = 'market-cache/';

/** Where lists of AWS are kept between runs, in the bucket of the documents. */
export interface MarketCache {
  readonly clients: Clients;
  readonly bucket: string;
  readonly now: () => Date;
  /** tags of the objects there by key, looked up once for a survey */
  readonly tags: () => Promise<ReadonlyMap<string, string>>;
}

/** Something kept, and since when. */
interface Kept<T> {
  readonly fetchedAt: string;
  readonly value: T;
}

interface Answer<T> {
  /** undefined: neither AWS nor the cache has it */
  readonly value: T | undefined;
  /** where it comes from, as a sentence goes on after "X: " */
  readonly origin: string;
}

/** The cache as one survey sees it. */
export function openMarketCache(place: Pick<MarketCache, 'clients' | 'bucket' | 'now'>): MarketCache {
  let tags: Promise<ReadonlyMap<string, string>> | undefined;
  return { ...place, tags: () => (tags ??= listTags(place)) };
}

/** Looked for by listing: without the right to list, S3 denies a missing object instead of telling. */
async function listTags({ clients, bucket }: Pick<MarketCache, 'clients' | 'bucket'>) {
  try {
    const { objects } = await listObjects(clients, { bucket, key: PREFIX }, 1);
    return new Map(objects.map(({ key, etag }) => [key, etag]));
  } catch {
    // Without the cache, AWS itself is asked.
    return new Map<string, string>();
  }
}

/**
 * Asks AWS for a list once a day; in between, and when AWS fails, what was kept answers. Never throws: a list
 * that is not to be had is no reason to stop a run.
 *
 * @param name  of the list, unique in the deployment
 * @param fetch  asks AWS
 */
export async function askedOnceADay<Schema extends z.ZodType>(
  cache: MarketCache,
  name: string,
  schema: Schema,
  fetch: () => Promise<z.output<Schema>>,
): Promise<Answer<z.output<Schema>>> {
  return askedWithin(SECONDS_PER_DAY, cache, name, schema, fetch);
}

/** As askedOnceADay, for an answer that is good for `ageMostSeconds`. */
export async function askedWithin<Schema extends z.ZodType>(
  ageMostSeconds: number,
  cache: MarketCache,
  name: string,
  schema: Schema,
  fetch: () => Promise<z.output<Schema>>,
): Promise<Answer<z.output<Schema>>> {
  const kept = await keptAs(cache, name, schema);
  const at = cache.now();
  const ageSeconds = kept === undefined ? Infinity : secondsBetween(kept.fetchedAt, at.toISOString());
  if (kept !== undefined && ageSeconds >= 0 && ageSeconds < ageMostSeconds) {
    return { value: kept.value, origin: `AWS's list, read ${ageText(ageSeconds)} ago` };
  }
  try {
    const value = await fetch();
    await keepAs(cache, name, value);
    return { value, origin: "AWS's list, read now" };
  } catch (error) {
    const why = `AWS's list could not be read (${error instanceof Error ? error.name : 'unknown'})`;
    if (kept === undefined) return { value: undefined, origin: why };
    return { value: kept.value, origin: `${why}; that of ${ageText(Math.abs(ageSeconds))} ago is used` };
  }
}

function ageText(seconds: number): string {
  if (seconds < SECONDS_PER_HOUR) return 'less than an hour';
  const hours = Math.round(seconds / SECONDS_PER_HOUR);
  return hours === 1 ? '1 hour' : `${hours} hours`;
}

/** What a warm function has read before: an object that still has the same tag is not read again. */
const remembered = oncePerClients(() => new Map<string, { etag: string; kept: Kept<unknown> }>());

/**
 * What is kept under a name.
 *
 * @returns undefined where nothing is, or nothing that can be read: it is fetched again and overwritten
 */
export async function keptAs<Schema extends z.ZodType>(
  cache: MarketCache,
  name: string,
  schema: Schema,
): Promise<Kept<z.output<Schema>> | undefined> {
  const key = keyOf(name);
  const etag = (await cache.tags()).get(key);
  if (etag === undefined) return undefined;
  try {
    const known = remembered(cache.clients).get(key);
    const kept = known?.etag === etag ? known.kept : await readKept(cache, key);
    const value = schema.parse(kept.value);
    remembered(cache.clients).set(key, { etag, kept });
    return { fetchedAt: kept.fetchedAt, value };
  } catch {
    return undefined;
  }
}

async function readKept({ clients, bucket }: MarketCache, key: string): Promise<Kept<unknown>> {
  const answer = await s3Client(clients).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const content: unknown = JSON.parse((await answer.Body?.transformToString()) ?? '');
  return z.object({ fetchedAt: z.iso.datetime(), value: z.unknown() }).parse(content);
}

/** Keeps something under a name. A failure is passed over: it is in hand, and the next survey asks AWS again. */
export async function keepAs(cache: MarketCache, name: string, value: unknown): Promise<void> {
  const { clients, bucket, now } = cache;
  const key = keyOf(name);
  const kept = { fetchedAt: now().toISOString(), value };
  try {
    const { ETag: etag } = await s3Client(clients).send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(kept),
        ContentType: 'application/json',
      }),
    );
    if (etag !== undefined) remembered(clients).set(key, { etag, kept });
  } catch {
    remembered(clients).delete(key);
  }
}

function keyOf(name: string): string {
  return `${PREFIX}${name}.json`;
}
