import { createHash } from 'node:crypto';

export interface TraceEntry {
  readonly atMs: number;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What happened, in order. Two runs of a seed give the same entries and so the same hash. */
export interface Trace {
  readonly entries: readonly TraceEntry[];
  append(entry: TraceEntry): void;
  /** calls back with every entry from now on, as it is appended */
  watch(watcher: (entry: TraceEntry) => void): void;
  /** SHA-256 over all entries so far, hexadecimal */
  hash(): string;
}

/** An empty, append-only trace with a running hash. */
export function createTrace(): Trace {
  const entries: TraceEntry[] = [];
  const digest = createHash('sha256');
  const watchers: ((entry: TraceEntry) => void)[] = [];
  return {
    entries,
    append(entry) {
      entries.push(entry);
      digest.update(`${entry.atMs} ${entry.kind} ${textOf(entry.detail)}\n`);
      for (const watcher of watchers) watcher(entry);
    },
    watch: (watcher) => void watchers.push(watcher),
    hash: () => digest.copy().digest('hex'),
  };
}

/** JSON of anything an SDK client sends or gets; bytes as their length and hash. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, bytesByHash) ?? 'undefined';
}

function bytesByHash(this: object, key: string, value: unknown): unknown {
  // a Buffer has turned itself into an object by now
  const raw: unknown = typeof value === 'object' ? Reflect.get(this, key) : value;
  if (raw instanceof Uint8Array) {
    return `${raw.byteLength} bytes, sha256 ${createHash('sha256').update(raw).digest('hex').slice(0, 16)}`;
  }
  return typeof value === 'bigint' ? value.toString() : value;
}
