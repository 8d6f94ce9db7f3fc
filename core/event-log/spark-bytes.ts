const POWERS_OF_1024: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/**
 * Bytes of a size as Spark's settings have it, such as `1g` or `512m`.
 *
 * @param bareUnit  what a number alone counts in: bytes, or MiB for `spark.executor.memory`
 * @returns null for none; 0 where Spark means "no limit"
 * @see https://spark.apache.org/docs/latest/configuration.html#spark-properties
 */
export function sparkBytes(text: string | null, bareUnit: '' | 'm' = ''): number | null {
  const match = /^(\d+)([kmgt]?)b?$/i.exec(text ?? '');
  if (match === null) return null;
  const unit = match[2] === undefined || match[2] === '' ? bareUnit : match[2].toLowerCase();
  return Number(match[1]) * 1024 ** (POWERS_OF_1024[unit] ?? 0);
}
