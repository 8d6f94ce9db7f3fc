/**
 * Families of the G kind, with NVIDIA GPUs, that EMR offers. Their price follows the GPUs, not the vCPUs, hence a price by size.
 *
 * Facts: Amazon EC2's instance type pages and its on-demand price list for us-east-1, Linux, shared tenancy,
 * as mirrored by aws/karpenter-provider-aws at 1d92708; read on 2026-11-23. Families of the P kind are left out:
 * EC2 counts their vCPUs against quotas of their own.
 */
import type { FamilyRow, SizeRow } from './catalogue-rows.ts';

function pricesBySize(prices: Readonly<Record<string, number>>): NonNullable<FamilyRow['exceptions']> {
  return Object.fromEntries(
    Object.entries(prices).map(([size, onDemandUsdPerHour]) => [size, { onDemandUsdPerHour }]),
  );
}

const G4DN: readonly SizeRow[] = [
  ['xlarge', 4, 5000, 3500],
  ['2xlarge', 8, 10_000, 3500],
  ['4xlarge', 16, 20_000, 4750],
  ['8xlarge', 32, 50_000, 9500],
  ['12xlarge', 48, 50_000, 9500],
  ['16xlarge', 64, 50_000, 9500],
];
const G5: readonly SizeRow[] = [
  ['xlarge', 4, 2500, 3500],
  ['2xlarge', 8, 5000, 3500],
  ['4xlarge', 16, 10_000, 4750],
  ['8xlarge', 32, 25_000, 16_000],
  ['12xlarge', 48, 40_000, 16_000],
  ['16xlarge', 64, 25_000, 16_000],
  ['24xlarge', 96, 50_000, 19_000],
  ['48xlarge', 192, 100_000, 19_000],
];
const ONE_OR_FOUR = { xlarge: 1, '2xlarge': 1, '4xlarge': 1, '8xlarge': 1, '12xlarge': 4, '16xlarge': 1 };

export const GPU_FAMILIES: readonly FamilyRow[] = [
  {
    family: 'g4dn',
    memoryGibPerVcpu: 4,
    usdPerVcpuHour: 0.0815,
    coreSpeed: 0.95,
    ladder: G4DN,
    nvmeGb: { xlarge: 125, '2xlarge': 225, '4xlarge': 225, '8xlarge': 900, '12xlarge': 900, '16xlarge': 900 },
    gpus: ONE_OR_FOUR,
    exceptions: pricesBySize({
      xlarge: 0.526,
      '2xlarge': 0.752,
      '4xlarge': 1.204,
      '8xlarge': 2.176,
      '12xlarge': 3.912,
      '16xlarge': 4.352,
    }),
  },
  {
    family: 'g5',
    memoryGibPerVcpu: 4,
    usdPerVcpuHour: 0.0848,
    coreSpeed: 1,
    ladder: G5,
    nvmeGb: {
      xlarge: 250,
      '2xlarge': 450,
      '4xlarge': 600,
      '8xlarge': 900,
      '12xlarge': 3800,
      '16xlarge': 1900,
      '24xlarge': 3800,
      '48xlarge': 7600,
    },
    gpus: { ...ONE_OR_FOUR, '24xlarge': 4, '48xlarge': 8 },
    exceptions: pricesBySize({
      xlarge: 1.006,
      '2xlarge': 1.212,
      '4xlarge': 1.624,
      '8xlarge': 2.448,
      '12xlarge': 5.672,
      '16xlarge': 4.096,
      '24xlarge': 8.144,
      '48xlarge': 16.288,
    }),
  },
];
