/** Where dynalite keeps tables and items, in memory and without its streams: every answer comes at once. */
import { Stream } from 'node:stream';
import type { ItemDb, Store } from 'dynalite/db/index.js';
import { LARGEST_ITEM_BYTES } from './request-forms.ts';

/** @returns what dynalite's own database is to its actions */
export function createMemoryStore(): Store {
  const dbs = new Map<string, ItemDb>();
  const db = (name: string): ItemDb => {
    const known = dbs.get(name) ?? createDb();
    dbs.set(name, known);
    return known;
  };
  const tableDb = db('table');
  return {
    options: { maxItemSize: LARGEST_ITEM_BYTES },
    tableDb,
    getItemDb: (name) => db(`item-${name}`),
    getIndexDb: (type, table, index) => db(`index-${type.toLowerCase()}~${table}~${index}`),
    getTable(name, checkStatus, callback) {
      const answer = typeof checkStatus === 'function' ? checkStatus : callback;
      tableDb.get(name, (error, table) => {
        if (error === null || error === undefined) answer?.(null, table);
        else answer?.(noSuchTable(checkStatus === true ? '' : `: Table: ${name} not found`));
      });
    },
  };
}

function noSuchTable(which: string): Error {
  return Object.assign(new Error('NotFoundError'), {
    name: 'NotFoundError',
    statusCode: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      message: `Requested resource not found${which}`,
    },
  });
}

/** One for all: nobody reads where it came from, and to note that costs more than the look-up. */
const NOT_FOUND = Object.assign(new Error('NotFound'), { name: 'NotFoundError' });

/** Values under keys in the order of the keys. */
function createDb(): ItemDb {
  const values = new Map<string, unknown>();
  const keys: string[] = [];
  const put = (key: string, value: unknown): void => {
    if (!values.has(key)) keys.splice(placeOf(keys, key), 0, key);
    values.set(key, value);
  };
  const del = (key: string): void => {
    if (values.delete(key)) keys.splice(placeOf(keys, key), 1);
  };
  return {
    // calls come one after the other: nobody waits for a lock
    lock: (_key, task) => task((callback) => callback),
    get(key, callback) {
      const value = values.get(key);
      if (value === undefined) callback(NOT_FOUND);
      else callback(null, value);
    },
    put(key, value, callback) {
      put(key, value);
      callback(null);
    },
    del(key, callback) {
      del(key);
      callback(null);
    },
    batch(operations, callback) {
      for (const { type, key, value } of operations) {
        if (type === 'put') put(key, value);
        else del(key);
      }
      callback(null);
    },
    createKeyStream: (range) => streamOf(() => within(keys, range)),
    createValueStream: (range) => streamOf(() => within(keys, range).map((key) => values.get(key))),
  };
}

type Range = Parameters<ItemDb['createKeyStream']>[0];

function within(keys: readonly string[], range: Range = {}): string[] {
  const { gt, gte, lt, lte, reverse, limit = -1 } = range;
  const from = gt === undefined ? (gte === undefined ? 0 : placeOf(keys, gte)) : placeAfter(keys, gt);
  const to = lt === undefined ? (lte === undefined ? keys.length : placeAfter(keys, lte)) : placeOf(keys, lt);
  const found = keys.slice(from, Math.max(from, to));
  if (reverse === true) found.reverse();
  return limit < 0 ? found : found.slice(0, limit);
}

/** Where a key stands, or would: the number of keys before it. */
function placeOf(keys: readonly string[], key: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeAfter(keys: readonly string[], key: string): number {
  const place = placeOf(keys, key);
  return keys[place] === key ? place + 1 : place;
}

/** As much of a stream as dynalite reads, as soon as it has begun to listen. (To what is no Stream it listens twice.) */
function streamOf(read: () => readonly unknown[]): Stream {
  let destroyed = false;
  const stream = Object.assign(new Stream(), { destroy: () => void (destroyed = true) });
  queueMicrotask(() => {
    for (const value of read()) {
      if (destroyed) break;
      stream.emit('data', value);
    }
    stream.emit('end');
  });
  return stream;
}
