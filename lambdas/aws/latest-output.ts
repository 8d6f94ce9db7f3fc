import * as z from 'zod';
import { Instant } from '../../core/contracts/quantities.ts';
import type { Clients } from '../runtime/clients.ts';
import { parseContract } from '../runtime/parse.ts';
import { ServiceUnavailableError } from './failures.ts';
import { objectVersion, putObjectOnce, replaceObject } from './objects.ts';

/** Where a run's output stands: what readers of outputs go by. */
export const Pointer = z.object({
  runKey: z.string(),
  scheduledAt: Instant,
  attempt: z.number().int(),
  prefix: z.string(),
  publishedAt: Instant,
});
type Pointer = z.infer<typeof Pointer>;

const TRIES = 5;

/**
 * Lets the pointer to the latest output name this one, unless it names a run scheduled later: it moves forward
 * only, whichever run ends first.
 *
 * @returns whether the pointer names this output now
 * @throws ServiceUnavailableError  when others wrote it in between again and again
 */
export async function moveLatest(
  clients: Clients,
  place: { bucket: string; key: string },
  pointer: Pointer,
): Promise<boolean> {
  const body = JSON.stringify(pointer);
  for (let i = 0; i < TRIES; i += 1) {
    // Written before read: who may not list is told "forbidden", not "not found", of an object that is not there.
    if (await putObjectOnce(clients, place, body)) return true;
    const standing = await objectVersion(clients, place);
    if (standing === undefined) continue;
    const content: unknown = JSON.parse(standing.text);
    const named = parseContract(Pointer, content, `s3://${place.bucket}/${place.key}`);
    if (named.runKey === pointer.runKey) return true;
    if (named.scheduledAt > pointer.scheduledAt) return false;
    if (await replaceObject(clients, place, standing.etag, body)) return true;
  }
  throw new ServiceUnavailableError(
    `s3://${place.bucket}/${place.key} changed ${TRIES} times while it was written`,
  );
}
