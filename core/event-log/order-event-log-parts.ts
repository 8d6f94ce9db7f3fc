/** `events_<index>_<application>[_<attempt>][.<codec>][.compact]`, as Spark names the parts of a rolling log. */
const PART = /^events_(\d+)_.+?(\.compact)?$/;

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

function baseName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
