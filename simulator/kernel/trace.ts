import { createHash } from 'node:crypto';
import { textOf } from './value-text.ts';

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

/** An empty, append-only trace. Its hash is made when somebody asks: most of the time nobody does. */
export function createTrace(): Trace {
  const entries: TraceEntry[] = [];
  const digest = createHash('sha256');
  const watchers: ((entry: TraceEntry) => void)[] = [];
  let hashed = 0;
  return {
    entries,
    append(entry) {
      entries.push(entry);
      for (const watcher of watchers) watcher(entry);
    },
    watch: (watcher) => void watchers.push(watcher),
    hash() {
      for (const entry of entries.slice(hashed)) {
        digest.update(`${entry.atMs} ${entry.kind} ${textOf(entry.detail)}\n`);
      }
      hashed = entries.length;
      return digest.copy().digest('hex');
    },
  };
}
