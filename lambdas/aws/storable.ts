/** DynamoDB's numbers end at 1e-130, and it refuses an item with a smaller one; what is so small is nothing here. */
const SMALLEST_NUMBER = 1e-100;

/** The document client refuses whatever is larger, integer or not: it might not come back as it was. */
const LARGEST_NUMBER = Number.MAX_SAFE_INTEGER;

/**
 * A copy of what goes into an item, with numbers too small for DynamoDB as 0, and too large ones as the largest that it
 * keeps exactly: a quantile of a forecast that knows next to nothing may be either.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export function storable(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, storableValue(value)]));
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'number') {
    if (Math.abs(value) < SMALLEST_NUMBER) return 0;
    return Math.max(-LARGEST_NUMBER, Math.min(value, LARGEST_NUMBER));
  }
  if (Array.isArray(value)) return value.map(storableValue);
  return isPlain(value) ? storable(value) : value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
