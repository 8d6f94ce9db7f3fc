const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A number as people write it: decimal, with an exponent if need be.
 *
 * @returns NaN for anything else, such as 0x10, 1,000 or nothing
 */
export function decimalNumber(text: string): number {
  return DECIMAL.test(text.trim()) ? Number(text) : Number.NaN;
}
