import { createHash } from 'node:crypto';

/**
 * SHA-256 of a text, 64 hexadecimal digits. The synchronous form: it runs on the calling thread, so a virtual
 * clock loses nothing by it.
 */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * Hash of a JSON value that does not depend on the order of its keys.
 *
 * @param value  anything JSON can write; undefined members are left out, as JSON does
 */
export function contentHash(value: unknown): string {
  return sha256Hex(JSON.stringify(value, sortKeys));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
