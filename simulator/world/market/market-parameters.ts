import * as z from 'zod';

const share = z.number().min(0).max(1);
const positive = z.number().positive();

/** How one instance family, or one type, differs from the market's defaults. */
const FamilyParameters = z.strictObject({
  meanPriceShare: share.optional(),
  spotCapacityVcpus: positive.optional(),
  meanTightness: share.optional(),
});

/** A delay that is never negative: a lognormal by its median and the standard deviation of its logarithm. */
const Delay = z.strictObject({ medianSeconds: positive, sigma: z.number().min(0).max(2) });

/** The spot and on-demand market: prices, capacity, reclaims, delays. */
export const MarketParameters = z.strictObject({
  price: z
    .strictObject({
      /** long-run spot price ÷ on-demand price */
      meanShare: share.default(0.38),
      /** standard deviation, over pools, of the logarithm of their long-run share */
      poolSigma: z.number().min(0).max(1).default(0.15),
      changesPerDay: positive.default(4),
      /** standard deviation of the logarithm of the price gained per square root of a day */
      dailySigma: z.number().min(0).max(1).default(0.06),
      /** days until half of a deviation is gone */
      reversionHalfLifeDays: positive.default(6),
      jumpsPerDay: z.number().min(0).default(0.04),
      jumpMeanLog: z.number().default(0.35),
      /** rise of the price's logarithm when tightness goes from its mean to 1 */
      tightnessEffect: z.number().min(0).default(0.25),
      /** price never rises above this share of on-demand, nor falls below floorShare */
      ceilingShare: share.default(0.97),
      floorShare: share.default(0.12),
      historyDays: z.number().int().min(1).max(120).default(90),
    })
    .prefault({}),
  /** zone name → factor on the long-run price share; zones not named: 1 */
  zonePriceFactors: z.record(z.string(), positive).default({}),
  capacity: z
    .strictObject({
      /** vCPUs a pool can give to one account's spot requests when nobody else wants them */
      spotCapacityVcpus: positive.default(1600),
      onDemandCapacityVcpus: positive.default(6000),
      /** above this tightness not even on-demand is left */
      onDemandGoneAbove: share.default(0.985),
      meanTightness: share.default(0.45),
      tightnessSigma: z.number().min(0).max(3).default(1.1),
      /** hours until half of a deviation of tightness is gone */
      tightnessHalfLifeHours: positive.default(5),
      /** amplitude of the working day's effect on tightness (in logits), highest at 15:00 UTC */
      workingDayEffect: z.number().min(0).default(0.35),
    })
    .prefault({}),
  reclaims: z
    .strictObject({
      /** pool-wide reclaim events per hour at mean tightness */
      eventsPerHour: z.number().min(0).default(0.012),
      /** factor on the rate for a tightness of 1 */
      tightFactor: z.number().min(1).default(12),
      /** share of a pool's nodes that go within `spreadSeconds` of each other; the others later */
      togetherShare: z.number().min(0.5).max(1).default(0.97),
      spreadSeconds: z.number().min(0).max(180).default(150),
      stragglerSeconds: positive.default(2400),
      /** share of events announced by a rebalance recommendation before the two-minute warning */
      rebalanceShare: share.default(0.6),
      rebalanceLead: Delay.default({ medianSeconds: 300, sigma: 0.7 }),
      /** how long a pool gives no spot capacity after an event */
      cooldownMinutes: z.number().min(0).default(40),
    })
    .prefault({}),
  provisioning: Delay.default({ medianSeconds: 95, sigma: 0.3 }),
  bootstrap: Delay.default({ medianSeconds: 165, sigma: 0.2 }),
  bootstrapActionSeconds: z.number().min(0).default(25),
  terminationSeconds: z.number().min(1).default(75),
  /** standard deviation of the logarithm of a node's own speed: neighbours, silicon, disks */
  nodeSpeedSigma: z.number().min(0).max(0.5).default(0.04),
  gp3UsdPerGibMonth: positive.default(0.08),
  /** EMR Serverless at the price level of us-east-1 */
  serverless: z
    .strictObject({
      usdPerVcpuHour: positive.default(0.052624),
      usdPerGbHour: positive.default(0.0057785),
      /** arm64 ÷ x86_64 */
      armShare: share.default(0.8),
      usdPerStorageGbHour: positive.default(0.000111),
    })
    .prefault({}),
  /** factor on the catalogue's on-demand prices: the price level of the world's region */
  onDemandFactor: positive.default(1),
  /** what EMR adds to an instance-hour, whether or not the catalogue knows */
  emrFee: z
    .strictObject({
      shareOfOnDemand: share.default(0.25),
      capUsdPerHour: positive.default(0.27),
      /** families up to this generation (the 5 of `m5a`) are capped */
      cappedUpToGeneration: z.number().int().min(0).default(5),
    })
    .prefault({}),
  /** zone name → families or types that are not to be had there */
  notOffered: z.record(z.string(), z.array(z.string())).default({}),
  /** family (`m5`) or type (`m5.2xlarge`) → what differs there; a type's own entry wins */
  overrides: z.record(z.string(), FamilyParameters).default({}),
});
export type MarketParameters = z.output<typeof MarketParameters>;
export type Delay = z.output<typeof Delay>;
