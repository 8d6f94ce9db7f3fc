import { isRecord, numberAt, recordAt, type JsonRecord } from './json-fields.ts';

interface DataSet {
  readonly id: number;
  readonly parentIds: readonly number[];
  readonly kept: boolean;
}

/**
 * Which stages read only what an earlier stage has kept: Spark counts the blocks of cached data that a task reads as its
 * input, and its event log no longer says where they were read from.
 *
 * A stage's `RDD Info` lists the data sets that it goes through, with their storage level. One that is to be kept, and
 * that a stage before has computed to its end, is read from the cache and not from its parents. A stage that cannot get
 * from its result to an input but through such data reads nothing else. Blocks that were dropped meanwhile are computed
 * again and then count as cached all the same.
 */
export class CachedData {
  readonly #kept = new Set<number>();

  /** Whether a stage, as it is submitted, reads cached data only. */
  isReadBy(info: JsonRecord): boolean {
    const dataSets = dataSetsOf(info);
    if (!dataSets.some(({ id }) => this.#kept.has(id))) return false;
    const byId = new Map(dataSets.map((each) => [each.id, each]));
    const parents = new Set(dataSets.flatMap(({ parentIds }) => parentIds));
    const results = dataSets.filter(({ id }) => !parents.has(id)).map(({ id }) => id);
    return results.length > 0 && results.every((id) => this.#comesFromCache(id, byId));
  }

  /** A stage has ended well: what it was to keep is there. */
  computedBy(info: JsonRecord): void {
    for (const { id, kept } of dataSetsOf(info)) if (kept) this.#kept.add(id);
  }

  dropped(id: number | null): void {
    if (id !== null) this.#kept.delete(id);
  }

  #comesFromCache(start: number, byId: ReadonlyMap<number, DataSet>): boolean {
    const seen = new Set<number>();
    const open = [start];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id) || this.#kept.has(id)) continue;
      seen.add(id);
      const inStage = (byId.get(id)?.parentIds ?? []).filter((parent) => byId.has(parent));
      // the end of the stage's own lineage: an input, or another stage's shuffle
      if (inStage.length === 0) return false;
      open.push(...inStage);
    }
    return true;
  }
}

function dataSetsOf(info: JsonRecord): DataSet[] {
  const listed = info['RDD Info'];
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((each: unknown) => {
    if (!isRecord(each)) return [];
    const id = numberAt(each, 'RDD ID');
    const level = recordAt(each, 'Storage Level');
    const parentIds = each['Parent IDs'];
    return id === null
      ? []
      : [
          {
            id,
            parentIds: Array.isArray(parentIds) ? parentIds.filter((one) => typeof one === 'number') : [],
            kept: level['Use Memory'] === true || level['Use Disk'] === true,
          },
        ];
  });
}
