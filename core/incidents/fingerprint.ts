import type { Alarm } from '../contracts/alarm.ts';
import { contentHash } from '../numerics/content-hash.ts';

const HASH_DIGITS = 16;

/** What tells one alarm from another: its rule, its source and its place. Time, level and words do not. */
export function fingerprintOf({ rule, source, place }: Alarm): string {
  return contentHash({ rule, source, place }).slice(0, HASH_DIGITS);
}
