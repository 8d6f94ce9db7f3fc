/** `events_<index>_<application>[_<attempt>][.<codec>][.compact]`, as Spark names the parts of a rolling log. */
const PART = /^events_(\d+)_.+?(\.compact)?$/;
/** Names of missing parts are for people. */
const MISSING_TOLD = 20;

/**
 * Orders the files of one application's event log: rolling parts by their number, a compacted part in place of
 * those it replaced. Status files are left out; a log that does not roll is returned as it is.
 *
 * @param keys  object keys or paths of one log's directory, in any order
 */
export function orderEventLogParts(keys: readonly string[]): string[] {
  const files = keys.filter((key) => !/^appstatus_/.test(baseName(key)) && !key.endsWith('/'));
  const parts = files.flatMap((key) => {
    const match = PART.exec(baseName(key));
    return match === null ? [] : [{ key, index: Number(match[1]), compact: match[2] !== undefined }];
  });
  if (parts.length === 0) return [...files].sort();
  const compactedUpTo = parts.reduce((most, part) => (part.compact ? Math.max(most, part.index) : most), -1);
  return parts
    .filter((part) => part.index > compactedUpTo || (part.compact && part.index === compactedUpTo))
    .sort((a, b) => a.index - b.index)
    .map((part) => part.key);
}

/** Did Spark leave away, in the first of these parts, what it no longer needed of jobs that were done? */
export function isCompacted(ordered: readonly string[]): boolean {
  return ordered.some((key) => PART.exec(baseName(key))?.[2] !== undefined);
}

/**
 * Numbers of the parts that a rolling log lacks between its first and its last; Spark begins with 1, and a compacted part
 * stands for all before it. That a last part is missing shows by the application's end, which is then missing, too.
 *
 * @param ordered  see orderEventLogParts
 */
export function missingEventLogParts(ordered: readonly string[]): number[] {
  const parts = ordered.flatMap((key) => {
    const match = PART.exec(baseName(key));
    return match === null ? [] : [{ index: Number(match[1]), compact: match[2] !== undefined }];
  });
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = first.compact ? first.index : 1;
  const there = new Set(parts.map(({ index }) => index));
  return Array.from({ length: last.index - from + 1 }, (_, i) => from + i)
    .filter((index) => !there.has(index))
    .slice(0, MISSING_TOLD);
}

function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
