/** DynamoDB's numbers end at 1e-130, and it refuses an item with a smaller one; what is so small is nothing here. */
const SMALLEST_NUMBER = 1e-100;

/**
 * A copy of what goes into an item, with numbers too small for DynamoDB as 0.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export function storable(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, storableValue(value)]));
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'number') return Math.abs(value) < SMALLEST_NUMBER ? 0 : value;
  if (Array.isArray(value)) return value.map(storableValue);
  return isPlain(value) ? storable(value) : value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
