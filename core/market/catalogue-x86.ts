/**
 * Intel and AMD families that EMR offers, sizes from xlarge on (EMR takes no smaller ones of these families,
 * m4 and c4 apart).
 *
 * Facts: Amazon EC2's instance type pages and its on-demand price list for us-east-1, Linux, shared tenancy,
 * as mirrored by aws/karpenter-provider-aws at 1d92708; read on 2026-11-23.
 */
import { SIXTH_GENERATION_NVME_GB, type FamilyRow, type SizeRow } from './catalogue-rows.ts';

const FIFTH: readonly SizeRow[] = [
  ['xlarge', 4, 1250, 4750],
  ['2xlarge', 8, 2500, 4750],
  ['4xlarge', 16, 5000, 4750],
  ['8xlarge', 32, 10_000, 6800],
  ['12xlarge', 48, 12_000, 9500],
  ['16xlarge', 64, 20_000, 13_600],
  ['24xlarge', 96, 25_000, 19_000],
];
const FIFTH_COMPUTE: readonly SizeRow[] = [
  ['xlarge', 4, 1250, 4750],
  ['2xlarge', 8, 2500, 4750],
  ['4xlarge', 16, 5000, 4750],
  ['9xlarge', 36, 12_000, 9500],
  ['12xlarge', 48, 12_000, 9500],
  ['18xlarge', 72, 25_000, 19_000],
  ['24xlarge', 96, 25_000, 19_000],
];
const FIFTH_AMD: readonly SizeRow[] = [
  ['xlarge', 4, 1250, 2880],
  ['2xlarge', 8, 2500, 2880],
  ['4xlarge', 16, 5000, 2880],
  ['8xlarge', 32, 7500, 4750],
  ['12xlarge', 48, 10_000, 6780],
  ['16xlarge', 64, 12_000, 9500],
  ['24xlarge', 96, 20_000, 13_750],
];
const FIFTH_AMD_COMPUTE: readonly SizeRow[] = [
  ['xlarge', 4, 1250, 3170],
  ['2xlarge', 8, 2500, 3170],
  ['4xlarge', 16, 5000, 3170],
  ['8xlarge', 32, 10_000, 3170],
  ['12xlarge', 48, 12_000, 4750],
  ['16xlarge', 64, 20_000, 6300],
  ['24xlarge', 96, 20_000, 9500],
];
const SIXTH: readonly SizeRow[] = [
  ['xlarge', 4, 1562, 10_000],
  ['2xlarge', 8, 3125, 10_000],
  ['4xlarge', 16, 6250, 10_000],
  ['8xlarge', 32, 12_500, 10_000],
  ['12xlarge', 48, 18_750, 15_000],
  ['16xlarge', 64, 25_000, 20_000],
  ['24xlarge', 96, 37_500, 30_000],
  ['32xlarge', 128, 50_000, 40_000],
];
const LARGEST: SizeRow = ['48xlarge', 192, 50_000, 40_000];
const SIXTH_AMD = [...SIXTH, LARGEST];
const SEVENTH_INTEL = [...SIXTH.slice(0, -1), LARGEST];
const STORAGE_THIRD: readonly SizeRow[] = [
  ['xlarge', 4, 1250, 850],
  ['2xlarge', 8, 2500, 1700],
  ['4xlarge', 16, 5000, 3500],
  ['8xlarge', 32, 10_000, 7000],
  ['16xlarge', 64, 25_000, 14_000],
];

/** m4 and c4 are given in words ("high", "moderate"): these figures are their EBS bandwidth, for want of better ones. */
const M4: readonly SizeRow[] = [
  ['large', 2, 450, 450],
  ['xlarge', 4, 750, 750],
  ['2xlarge', 8, 1000, 1000],
  ['4xlarge', 16, 2000, 2000],
  ['10xlarge', 40, 10_000, 4000],
  ['16xlarge', 64, 25_000, 10_000],
];
const C4: readonly SizeRow[] = [
  ['large', 2, 500, 500],
  ['xlarge', 4, 750, 750],
  ['2xlarge', 8, 1000, 1000],
  ['4xlarge', 16, 2000, 2000],
  ['8xlarge', 36, 10_000, 4000],
];
const I4I: readonly SizeRow[] = [
  ['xlarge', 4, 1875, 10_000],
  ['2xlarge', 8, 4687, 10_000],
  ['4xlarge', 16, 9375, 10_000],
  ['8xlarge', 32, 18_750, 10_000],
  ['12xlarge', 48, 28_120, 15_000],
  ['16xlarge', 64, 37_500, 20_000],
  ['24xlarge', 96, 56_250, 30_000],
  ['32xlarge', 128, 75_000, 40_000],
];
const C5D_NVME_GB = {
  xlarge: 100,
  '2xlarge': 200,
  '4xlarge': 400,
  '9xlarge': 900,
  '12xlarge': 1800,
  '18xlarge': 1800,
  '24xlarge': 3600,
};

const general: readonly FamilyRow[] = [
  { family: 'm4', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.05, coreSpeed: 0.85, ladder: M4 },
  { family: 'm5', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.048, coreSpeed: 1, ladder: FIFTH },
  { family: 'm5a', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.043, coreSpeed: 0.8, ladder: FIFTH_AMD },
  { family: 'm5d', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.0565, coreSpeed: 1, ladder: FIFTH, nvmeGb: 37.5 },
  { family: 'm6i', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.048, coreSpeed: 1.15, ladder: SIXTH },
  { family: 'm6a', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.0432, coreSpeed: 1.08, ladder: SIXTH_AMD },
  {
    family: 'm6id',
    memoryGibPerVcpu: 4,
    usdPerVcpuHour: 0.059325,
    coreSpeed: 1.15,
    ladder: SIXTH,
    nvmeGb: SIXTH_GENERATION_NVME_GB,
  },
  { family: 'm7i', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.0504, coreSpeed: 1.3, ladder: SEVENTH_INTEL },
  { family: 'm7a', memoryGibPerVcpu: 4, usdPerVcpuHour: 0.05796, coreSpeed: 1.5, ladder: SIXTH_AMD },
];

const compute: readonly FamilyRow[] = [
  {
    family: 'c4',
    memoryGibPerVcpu: 1.875,
    usdPerVcpuHour: 0.04975,
    coreSpeed: 0.95,
    ladder: C4,
    exceptions: {
      large: { onDemandUsdPerHour: 0.1 },
      '8xlarge': { memoryMib: 61_440, onDemandUsdPerHour: 1.591 },
    },
  },
  { family: 'c5', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.0425, coreSpeed: 1.08, ladder: FIFTH_COMPUTE },
  { family: 'c5a', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.0385, coreSpeed: 1, ladder: FIFTH_AMD_COMPUTE },
  {
    family: 'c5d',
    memoryGibPerVcpu: 2,
    usdPerVcpuHour: 0.048,
    coreSpeed: 1.08,
    ladder: FIFTH_COMPUTE,
    nvmeGb: C5D_NVME_GB,
  },
  { family: 'c6i', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.0425, coreSpeed: 1.18, ladder: SIXTH },
  { family: 'c6a', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.03825, coreSpeed: 1.08, ladder: SIXTH_AMD },
  { family: 'c7i', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.044625, coreSpeed: 1.32, ladder: SEVENTH_INTEL },
  { family: 'c7a', memoryGibPerVcpu: 2, usdPerVcpuHour: 0.05132, coreSpeed: 1.5, ladder: SIXTH_AMD },
];

const memory: readonly FamilyRow[] = [
  { family: 'r4', memoryGibPerVcpu: 7.625, usdPerVcpuHour: 0.0665, coreSpeed: 0.83, ladder: STORAGE_THIRD },
  { family: 'r5', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.063, coreSpeed: 1, ladder: FIFTH },
  {
    family: 'r5a',
    memoryGibPerVcpu: 8,
    usdPerVcpuHour: 0.0565,
    coreSpeed: 0.8,
    ladder: FIFTH_AMD,
    exceptions: { '24xlarge': { ebsMbps: 13_570 } },
  },
  { family: 'r5d', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.072, coreSpeed: 1, ladder: FIFTH, nvmeGb: 37.5 },
  { family: 'r6i', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.063, coreSpeed: 1.15, ladder: SIXTH },
  { family: 'r6a', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.0567, coreSpeed: 1.08, ladder: SIXTH_AMD },
  { family: 'r7i', memoryGibPerVcpu: 8, usdPerVcpuHour: 0.06615, coreSpeed: 1.3, ladder: SEVENTH_INTEL },
];

const storage: readonly FamilyRow[] = [
  {
    family: 'i3',
    memoryGibPerVcpu: 7.625,
    usdPerVcpuHour: 0.078,
    coreSpeed: 0.83,
    ladder: STORAGE_THIRD,
    nvmeGb: 237.5,
  },
  {
    family: 'i4i',
    memoryGibPerVcpu: 8,
    usdPerVcpuHour: 0.0858,
    coreSpeed: 1.15,
    ladder: I4I,
    nvmeGb: 234.375,
  },
];

export const X86_FAMILIES: readonly FamilyRow[] = [...general, ...compute, ...memory, ...storage];
