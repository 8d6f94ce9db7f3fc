type Item = Readonly<Record<string, unknown>>;

/** Eventually consistent reads catch up within about a second. */
const STALE_FOR_MS = 1000;

/** What items were before their latest write, for reads that come too early to see it. */
export class RecentWrites {
  readonly #writes = new Map<string, { before: Item | undefined; atMs: number }>();
  #newestMs = -Infinity;

  remember(table: string, key: Item, before: Item | undefined, nowMs: number): void {
    this.#writes.set(idOf(table, key), { before, atMs: nowMs });
    this.#newestMs = nowMs;
  }

  /** Whether anything was written within the time in which reads may miss it. */
  mayBeStale(nowMs: number): boolean {
    return nowMs - this.#newestMs <= STALE_FOR_MS;
  }

  /** The item as a stale read sees it: its state before a write of the last second, otherwise as it is. */
  stale(table: string, key: Item, item: Item | undefined, nowMs: number): Item | undefined {
    const write = this.#writes.get(idOf(table, key));
    return write === undefined || nowMs - write.atMs > STALE_FOR_MS ? item : write.before;
  }
}

function idOf(table: string, key: Item): string {
  const parts = Object.keys(key)
    .sort()
    .map((name) => [name, key[name]]);
  return JSON.stringify([table, parts]);
}
