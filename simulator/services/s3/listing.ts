import type { Bucket, StoredObject } from './bucket.ts';

const LARGEST_PAGE = 1000;

interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly startAfter: string;
  readonly continuationToken: string | undefined;
  readonly maxKeys: number | undefined;
}

interface ListPage {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  readonly maxKeys: number;
  readonly nextToken: string | undefined;
}

/** One page of ListObjectsV2: objects and common prefixes count alike, at most 1000 together. */
export function listPage(bucket: Bucket, request: ListRequest): ListPage {
  const { prefix, delimiter } = request;
  const maxKeys = Math.min(request.maxKeys ?? LARGEST_PAGE, LARGEST_PAGE);
  const after =
    request.continuationToken === undefined ? request.startAfter : fromToken(request.continuationToken);
  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  let last = after;
  let truncated = false;
  for (const key of bucket.keysFrom(prefix, after)) {
    const group = commonPrefix(key, prefix, delimiter);
    // a page that ended on a common prefix goes on behind all of its keys
    if (group !== undefined && (group === commonPrefixes.at(-1) || after.startsWith(group))) continue;
    if (objects.length + commonPrefixes.length >= maxKeys) {
      truncated = maxKeys > 0;
      break;
    }
    if (group === undefined) {
      const object = bucket.get(key);
      if (object !== undefined) objects.push(object);
    } else {
      commonPrefixes.push(group);
    }
    last = group ?? key;
  }
  return { objects, commonPrefixes, maxKeys, nextToken: truncated ? toToken(last) : undefined };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

function toToken(key: string): string {
  return Buffer.from(key).toString('base64');
}

function fromToken(token: string): string {
  return Buffer.from(token, 'base64').toString();
}
