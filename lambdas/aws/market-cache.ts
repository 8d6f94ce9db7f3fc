import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { secondsBetween, SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../../core/units.ts';
import type { Clients } from '../runtime/clients.ts';
import { listObjects, s3Client } from './objects.ts';

const PREFIX = 'market-cache/';

/** Where lists of AWS that change rarely are kept between runs, in the bucket of the documents. */
export interface MarketCache {
  readonly clients: Clients;
  readonly bucket: string;
  readonly now: () => Date;
}

interface Answer<T> {
  /** undefined: neither AWS nor the cache has it */
  readonly value: T | undefined;
  /** where it comes from, as a sentence goes on after "X: " */
  readonly origin: string;
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
  const key = `${PREFIX}${name}.json`;
  const kept = await keptUnder(cache, key, schema);
  const at = cache.now();
  const ageSeconds = kept === undefined ? Infinity : secondsBetween(kept.fetchedAt, at.toISOString());
  if (kept !== undefined && ageSeconds >= 0 && ageSeconds < SECONDS_PER_DAY) {
    return { value: kept.value, origin: `AWS's list, read ${ageText(ageSeconds)} ago` };
  }
  try {
    const value = await fetch();
    await keep(cache, key, { fetchedAt: at.toISOString(), value });
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

/** Looked for by listing: without the right to list, S3 denies a missing object instead of telling. */
async function keptUnder<Schema extends z.ZodType>(
  { clients, bucket }: MarketCache,
  key: string,
  schema: Schema,
): Promise<{ fetchedAt: string; value: z.output<Schema> } | undefined> {
  try {
    const { objects } = await listObjects(clients, { bucket, key: PREFIX }, 1);
    if (!objects.some((object) => object.key === key)) return undefined;
    const answer = await s3Client(clients).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const content: unknown = JSON.parse((await answer.Body?.transformToString()) ?? '');
    const { fetchedAt, value } = z.object({ fetchedAt: z.iso.datetime(), value: z.unknown() }).parse(content);
    return { fetchedAt, value: schema.parse(value) };
  } catch {
    // What cannot be read is fetched again and overwritten.
    return undefined;
  }
}

async function keep({ clients, bucket }: MarketCache, key: string, content: unknown): Promise<void> {
  try {
    await s3Client(clients).send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(content),
        ContentType: 'application/json',
      }),
    );
  } catch {
    // The list is in hand; the next run asks AWS again.
  }
}
