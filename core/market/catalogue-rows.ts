import type { InstanceType } from '../contracts/market.ts';
import { MIB_PER_GIB } from '../units.ts';

/** One size of a ladder: its name, vCPUs, network and EBS bandwidth in Mbit/s (the figure AWS prints, burst included). */
export type SizeRow = readonly [size: string, vcpus: number, networkMbps: number, ebsMbps: number];

/**
 * A family as AWS builds it: memory, price and local disk grow with the vCPUs, so a family is one row and
 * its sizes are a ladder shared by its generation. What breaks the rule stands in `exceptions`.
 */
export interface FamilyRow {
  readonly family: string;
  readonly memoryGibPerVcpu: number;
  readonly usdPerVcpuHour: number;
  /** speed of one vCPU, m5 = 1: a prior from clock, generation and AWS's own launch figures; runs correct it */
  readonly coreSpeed: number;
  readonly ladder: readonly SizeRow[];
  /** local NVMe by size, GB; a number is GB per vCPU; absent: none */
  readonly nvmeGb?: number | Readonly<Record<string, number>>;
  readonly gpus?: Readonly<Record<string, number>>;
  readonly exceptions?: Readonly<
    Record<
      string,
      Partial<Pick<InstanceType, 'memoryMib' | 'onDemandUsdPerHour' | 'networkMbps' | 'ebsMbps'>>
    >
  >;
}

/** The instance types of a family. */
export function typesOfFamily(row: FamilyRow, architecture: InstanceType['architecture']): InstanceType[] {
  return row.ladder.map(([size, vcpus, networkMbps, ebsMbps]) => ({
    name: `${row.family}.${size}`,
    family: row.family,
    architecture,
    vcpus,
    memoryMib: Math.round(row.memoryGibPerVcpu * vcpus * MIB_PER_GIB),
    networkMbps,
    ebsMbps,
    nvmeGb: localDiskGb(row, size, vcpus),
    gpus: row.gpus?.[size] ?? 0,
    // five decimals, as the price list prints them
    onDemandUsdPerHour: Math.round(row.usdPerVcpuHour * vcpus * 1e5) / 1e5,
    coreSpeed: row.coreSpeed,
    ...row.exceptions?.[size],
  }));
}

function localDiskGb(row: FamilyRow, size: string, vcpus: number): number {
  if (row.nvmeGb === undefined) return 0;
  return typeof row.nvmeGb === 'number' ? Math.floor(row.nvmeGb * vcpus) : (row.nvmeGb[size] ?? 0);
}

/** Local NVMe of the "d" families since the sixth generation, GB. */
export const SIXTH_GENERATION_NVME_GB: Readonly<Record<string, number>> = {
  xlarge: 237,
  '2xlarge': 474,
  '4xlarge': 950,
  '8xlarge': 1900,
  '12xlarge': 2850,
  '16xlarge': 3800,
  '24xlarge': 5700,
  '32xlarge': 7600,
};
