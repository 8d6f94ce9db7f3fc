import type { InstanceType, ReclaimRecord } from '../contracts/market.ts';

/**
 * How often a pool is reclaimed, before we have seen it ourselves: events per hour, by what the family is for.
 *
 * EC2's Spot Instance Advisor gives each type a band: the share of instances reclaimed in the past month (< 5,
 * 5–10, 10–15, 15–20, > 20 %). A share p becomes a hazard of −ln(1 − p) ÷ 24 h, taking a day for the usual
 * life of a spot instance. The figures are the bands' middles as they usually stand for these families in
 * us-east-1; reclaims of one pool come together, so a pool's hazard is that of each of its instances.
 */
const PRIOR_RECLAIMS_PER_HOUR = {
  /** c: mostly below 10 % */
  compute: 0.004,
  /** m: 10 to 15 % */
  general: 0.006,
  /** r: 15 to 20 % */
  memory: 0.008,
  /** i: between the two */
  storage: 0.007,
  /** g, p: above 20 % */
  gpu: 0.012,
} as const;

/** Larger sizes need a larger hole in the same hosts, and are asked back sooner. */
const SIZE_FACTORS = [
  { upToVcpus: 16, factor: 1 },
  { upToVcpus: 48, factor: 1.25 },
  { upToVcpus: Number.POSITIVE_INFINITY, factor: 1.5 },
] as const;

/** Spot instance-hours of our own at which experience and prior weigh the same. */
const PRIOR_WEIGHT_HOURS = 200;

/** Expected reclaim events per hour of a pool that we have no experience with. */
export function priorReclaimsPerHour(type: Pick<InstanceType, 'family' | 'vcpus' | 'gpus'>): number {
  const size = SIZE_FACTORS.find(({ upToVcpus }) => type.vcpus <= upToVcpus);
  return PRIOR_RECLAIMS_PER_HOUR[purposeOf(type)] * (size?.factor ?? 1);
}

function purposeOf(type: Pick<InstanceType, 'family' | 'gpus'>): keyof typeof PRIOR_RECLAIMS_PER_HOUR {
  if (type.gpus > 0) return 'gpu';
  if (type.family.startsWith('c')) return 'compute';
  if (type.family.startsWith('r')) return 'memory';
  if (type.family.startsWith('i')) return 'storage';
  return 'general';
}

/**
 * Prior and own experience joined: a gamma prior worth 200 instance-hours, updated by Poisson counts.
 *
 * @param records  what spot instances of this very pool have suffered in our runs
 * @returns expected reclaim events per hour
 * @see Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6 (the gamma-Poisson model)
 */
export function reclaimsPerHour(type: InstanceType, records: readonly ReclaimRecord[]): number {
  const hours = records.reduce((sum, record) => sum + record.spotInstanceHours, 0);
  const reclaims = records.reduce((sum, record) => sum + record.reclaims, 0);
  return (priorReclaimsPerHour(type) * PRIOR_WEIGHT_HOURS + reclaims) / (PRIOR_WEIGHT_HOURS + hours);
}
