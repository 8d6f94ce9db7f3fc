import { isTold, scaleOf } from '../../core/runtime-model/surface/column-scale.ts';
import type { SurfaceColumn } from '../../core/runtime-model/surface/surface-column.ts';

/** A column of a job's table that a runtime may depend on. */
export type RuntimeColumn = SurfaceColumn;

const COUNT = 'instance_count';
/** a unit counts as well: input_gb, mib */
const VOLUME_NAME =
  /size|bytes|(?:^|_)[kmgt]i?b(?:$|_)|rows|records|lines|observations|samples|points|links|edges/i;
const SIZE_NAME = /size|bytes|(?:^|_)[kmgt]i?b(?:$|_)/i;

type Row = Readonly<Record<string, number>>;

/**
 * Which columns count, and how. By the table's inputs alone, never by its runtimes: constants, and what other
 * columns tell already (slots by the count of instances, a size by its rows), are left out.
 */
export function columnsOf(names: readonly string[], rows: readonly Row[]): RuntimeColumn[] {
  const varying = names.filter((name) => new Set(valuesOf(name, rows)).size > 1);
  const kept: string[] = varying.includes(COUNT) ? [COUNT] : [];
  // sizes come last: the numbers that they follow from say more
  const parameters = varying.filter((name) => !isSize(name));
  for (const name of [...parameters, ...varying.filter((other) => isSize(other))]) {
    if (kept.includes(name) || isToldBy(kept, name, rows)) continue;
    kept.push(name);
  }
  const volume = kept.find((name) => isSize(name)) ?? kept.find((name) => VOLUME_NAME.test(name));
  return kept.map((name) => columnOf(name, volume, valuesOf(name, rows)));
}

/** Whether a column's name says that it holds a size. */
export function isSize(name: string): boolean {
  return SIZE_NAME.test(name);
}

function columnOf(name: string, volume: string | undefined, values: readonly number[]): RuntimeColumn {
  const role = name === COUNT ? 'cores' : name === volume ? 'volume' : 'parameter';
  return { name, role, ...scaleOf(values) };
}

function valuesOf(name: string, rows: readonly Row[]): number[] {
  return rows.map((row) => row[name] ?? 0);
}

function isToldBy(others: readonly string[], name: string, rows: readonly Row[]): boolean {
  return isTold(
    valuesOf(name, rows),
    others.map((other) => valuesOf(other, rows)),
  );
}
