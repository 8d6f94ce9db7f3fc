import type { InstanceType } from '../contracts/market.ts';
import { ARM64_FAMILIES } from './catalogue-arm64.ts';
import { GPU_FAMILIES } from './catalogue-gpu.ts';
import { typesOfFamily } from './catalogue-rows.ts';
import { X86_FAMILIES } from './catalogue-x86.ts';

export { emrFee } from './emr-fees.ts';

/**
 * The instance types the project knows without asking anyone: families that EMR supports, with us-east-1
 * on-demand list prices. In an account the price list of its region replaces the prices; where it has none, and
 * in plans without an account, these stand, and the market says so.
 */
export const CATALOGUE: readonly InstanceType[] = [
  ...X86_FAMILIES.flatMap((row) => typesOfFamily(row, 'x86_64')),
  ...GPU_FAMILIES.flatMap((row) => typesOfFamily(row, 'x86_64')),
  ...ARM64_FAMILIES.flatMap((row) => typesOfFamily(row, 'arm64')),
];

const byName = new Map(CATALOGUE.map((type) => [type.name, type]));

/**
 * @param name  e.g. `m5.2xlarge`
 * @returns the type, or undefined when the catalogue does not know it
 */
export function instanceTypeByName(name: string): InstanceType | undefined {
  return byName.get(name);
}
