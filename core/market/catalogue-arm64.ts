/**
 * Graviton families that EMR offers, sizes from xlarge on.
 *
 * Facts: Amazon EC2's instance type pages and its on-demand price list for us-east-1, Linux, shared tenancy,
 * as mirrored by aws/karpenter-provider-aws at 1d92708; read on 2026-11-23.
 */
import { SIXTH_GENERATION_NVME_GB, type FamilyRow, type SizeRow } from './catalogue-rows.ts';

const GRAVITON_2: readonly SizeRow[] = [
  ['xlarge', 4, 1250, 4750],
  ['2xlarge', 8, 2500, 4750],
  ['4xlarge', 16, 5000, 4750],
  ['8xlarge', 32, 12_000, 9500],
  ['12xlarge', 48, 20_000, 14_250],
  ['16xlarge', 64, 25_000, 19_000],
];
const GRAVITON_3: readonly SizeRow[] = [
  ['xlarge', 4, 1876, 10_000],
  ['2xlarge', 8, 3750, 10_000],
  ['4xlarge', 16, 7500, 10_000],
  ['8xlarge', 32, 15_000, 10_000],
  ['12xlarge', 48, 22_500, 15_000],
  ['16xlarge', 64, 30_000, 20_000],
];

const second = { coreSpeed: 1.1, ladder: GRAVITON_2 };
const secondWithDisk = { ...second, nvmeGb: SIXTH_GENERATION_NVME_GB };
const third = { coreSpeed: 1.33, ladder: GRAVITON_3 };
const thirdWithDisk = { ...third, nvmeGb: SIXTH_GENERATION_NVME_GB };

export const ARM64_FAMILIES: readonly FamilyRow[] = [
  { family: 'm6g', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.0385, ...second },
  { family: 'm6gd', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.0452, ...secondWithDisk },
  { family: 'm7g', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.0408, ...third },
  { family: 'c6g', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.034, ...second },
  { family: 'c6gd', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.0384, ...secondWithDisk },
  { family: 'c7g', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.03625, ...third },
  { family: 'r6g', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.0504, ...second },
  { family: 'r6gd', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.0576, ...secondWithDisk },
  { family: 'r7g', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.05355, ...third },
  { family: 'r7gd', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.06804, ...thirdWithDisk },
];
