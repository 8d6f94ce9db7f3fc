import type { Kernel } from '../../contracts.ts';
import { randomText } from '../names.ts';

const DIGITS_AND_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** An identifier in EMR's form, such as `j-1A2B3C4D5E6F7` (cluster), `s-…` (step), `if-…` (fleet), `ci-…` (node). */
export function nextId(kernel: Kernel, prefix: 'j' | 's' | 'if' | 'ci'): string {
  return `${prefix}-${randomText(kernel.random('emr/ids'), DIGITS_AND_LETTERS, 13)}`;
}
