import * as z from 'zod';
import { Instant, Usd } from './quantities.ts';

export const Architecture = z.enum(['x86_64', 'arm64']);

/** Facts about an instance type that do not change from day to day. */
export const InstanceType = z.object({
  name: z.string(),
  family: z.string(),
  architecture: Architecture,
  vcpus: z.number().int().positive(),
  memoryMib: z.number().int().positive(),
  networkMbps: z.number().nonnegative(),
  ebsMbps: z.number().nonnegative(),
  nvmeGb: z.number().nonnegative(),
  gpus: z.number().int().nonnegative(),
  onDemandUsdPerHour: Usd,
  /** relative speed of one vCPU; 1 = m5 */
  coreSpeed: z.number().positive(),
});
export type InstanceType = z.infer<typeof InstanceType>;

/** One instance type in one availability zone: what it costs either way and how likely it vanishes. */
export const Pool = z.object({
  instanceType: InstanceType,
  zone: z.string(),
  onDemandUsdPerHour: Usd,
  /** null: no spot price is known here, so spot is not bought here */
  spotUsdPerHour: Usd.nullable(),
  /** mean price over the market's window in a bad case, dearer in one window of twenty; never below spotUsdPerHour */
  spotHighUsdPerHour: Usd.nullable(),
  /** mean price over the market's window as expected; absent: as spotUsdPerHour */
  spotExpectedUsdPerHour: Usd.optional(),
  /** how the price stands and moves, to look ahead over another window (core/market/price-level.ts) */
  priceLevel: z
    .object({
      usualUsdPerHour: Usd,
      changesPerDay: z.number().nonnegative(),
      /** standard deviation of a change of the price's logarithm */
      moveScale: z.number().nonnegative(),
    })
    .optional(),
  /** 1 to 10: how likely spot of this kind is to be had in this zone, as EC2 says; absent where it was not asked */
  placementScore: z.number().int().min(1).max(10).optional(),
  /** of a GiB of disk in a month of 730 hours; absent: as in us-east-1 */
  storageUsdPerGibMonth: Usd.optional(),
  /** the zone's id, which is the same in every account; absent where EC2 did not tell */
  zoneId: z.string().optional(),
  emrFeeUsdPerHour: Usd,
  emrFeeEstimated: z.boolean(),
  /** expected reclaim events of the whole pool per hour */
  reclaimsPerHour: z.number().nonnegative(),
  /** a pool that lacked capacity lately may hold at most this share of a fleet's capacity on spot */
  spotShareMost: z.number().min(0).max(1).optional(),
});
export type Pool = z.infer<typeof Pool>;

const WorkerRates = z.object({ usdPerVcpuHour: Usd, usdPerGibHour: Usd });

/** What EMR Serverless charges in a region. */
export const ServerlessRates = z.object({
  x86_64: WorkerRates,
  arm64: WorkerRates,
  /** beyond what each worker has free */
  usdPerStorageGibHour: Usd,
});
export type ServerlessRates = z.infer<typeof ServerlessRates>;

/** What a region charges whatever the instance. */
export const RegionalRates = z.object({
  gp3UsdPerGibMonth: Usd,
  /** absent where the price list has none */
  serverless: ServerlessRates.optional(),
});
export type RegionalRates = z.infer<typeof RegionalRates>;

export const Market = z.object({
  region: z.string(),
  surveyedAt: Instant,
  source: z.enum(['live', 'file', 'catalogue']),
  /** newest price seen; null for catalogue prices */
  newestPriceAt: Instant.nullable(),
  vcpuQuotaOnDemand: z.number().int().nonnegative().nullable(),
  vcpuQuotaSpot: z.number().int().nonnegative().nullable(),
  pools: z.array(Pool).min(1),
  /** up to when EC2 was asked for spot prices; absent where they come from a file or from nowhere */
  pricesReadAt: Instant.optional(),
  /** EMR Serverless in the region; absent: as in us-east-1 */
  serverlessRates: ServerlessRates.optional(),
  /** the release whose types EMR itself listed; absent: they are taken from a table of families */
  typesOfRelease: z.string().optional(),
  /** share of a pool's reclaims that come with those of other pools in its zone (core/market/zone-reclaims.ts) */
  zoneReclaimShare: z.number().min(0).max(1).optional(),
  /** over how many hours spotHighUsdPerHour and spotExpectedUsdPerHour look ahead */
  priceWindowHours: z.number().positive().optional(),
  /** how prices of all pools move, in units of each pool's own scale */
  priceMoves: z.object({ reversion: z.number().min(0).max(1), sizes: z.array(z.number()) }).optional(),
  /** what a reader should know: estimated fees, stale prices, types without a price */
  notes: z.array(z.string()),
});
export type Market = z.infer<typeof Market>;

/** What a spot bought in this pool has suffered, from our own runs. */
export const ReclaimRecord = z.object({
  instanceType: z.string(),
  zone: z.string(),
  spotInstanceHours: z.number().nonnegative(),
  reclaims: z.number().int().nonnegative(),
  /** hours in which at least one instance stood; absent in records of the first version, which are then left out */
  poolHours: z.number().nonnegative().optional(),
  /** when the first one started and the last one ended */
  fromAt: Instant.optional(),
  untilAt: Instant.optional(),
  /** when the pool was reclaimed, instances that went together as one event */
  eventsAt: z.array(Instant).optional(),
});
export type ReclaimRecord = z.infer<typeof ReclaimRecord>;
