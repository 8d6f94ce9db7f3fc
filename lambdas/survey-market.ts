import * as z from 'zod';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { assembleMarket } from '../core/market/assemble-market.ts';
import { candidateTypes } from '../core/market/candidate-types.ts';
import { windowHours } from '../core/market/market-survey.ts';
import { withoutOpenPools } from '../core/market/pool-breaker.ts';
import { suitsSomewhere } from '../core/sizing/arenas.ts';
import { poolBreakers } from './aws/ledger-breakers.ts';
import { putDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { newestReclaims } from './aws/ledger-records.ts';
import { placementScores } from './aws/placement-scores.ts';
import { listPrices } from './aws/price-list.ts';
import { openMarketCache } from './aws/market-cache.ts';
import { regionalRates } from './aws/regional-rates.ts';
import { spotPrices } from './aws/spot-prices.ts';
import { supportedTypes } from './aws/supported-types.ts';
import { vcpuQuotas } from './aws/vcpu-quotas.ts';
import { zoneOfferings } from './aws/zone-offerings.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  pricesEnvironment,
  subnetsEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Surveys what the pools that a job may use cost now, and how likely they vanish.
 *
 * Needs:
 * - dynamodb:Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/market-cache/*
 * - s3:ListBucket on DOCUMENTS_BUCKET below market-cache/
 * - pricing:GetProducts on *
 * - ec2:DescribeInstanceTypeOfferings, ec2:DescribeSpotPriceHistory, ec2:GetSpotPlacementScores on *
 * - elasticmapreduce:ListSupportedInstanceTypes on *
 * - servicequotas:GetServiceQuota on *
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...subnetsEnvironment,
  ...pricesEnvironment,
  /** fast: with a short past of prices */
  PLAN_EFFORT: z.enum(['fast', 'full']).default('full'),
});

/** EC2 keeps the prices of 90 days. */
const HISTORY_DAYS = { fast: 5, full: 90 } as const;

const SurveyRequest = z.object({ run: Run });
const Survey = z.object({ market: DocumentRef, pools: z.number().int(), notes: z.array(z.string()) });
const RECLAIM_ATTEMPTS = 300;

export const handler = stateHandler(
  { environment: Environment, input: SurveyRequest, output: Survey },
  async ({ run }, { clients, environment, region, now }) => {
    const job = await jobOfRun(clients, environment, run);
    const zones = zonesFor(job.capacity.zones, environment.SUBNETS);
    const wantSpot = job.capacity.spot;
    const at = now();
    const cache = openMarketCache({ clients, bucket: environment.DOCUMENTS_BUCKET, now });
    const supported = await supportedTypes(cache, job.release);
    const types = candidateTypes(job, supported.names);
    const { notes, ...prices } = await listPrices(cache);
    const { rates, note: ratesNote } = await regionalRates(cache);
    const offerings = await zoneOfferings(cache);
    const spot = wantSpot
      ? await spotPrices(cache, {
          types: types.map((type) => type.name),
          zones: Object.values(environment.SUBNETS),
          historyDays: HISTORY_DAYS[environment.PLAN_EFFORT],
        })
      : { tracks: [], readAt: null, notes: [] };
    const placement = wantSpot ? await placementScores(cache, types) : { scores: {}, notes: [] };
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const surveyed = assembleMarket({
      ...prices,
      typesByZone: offerings.typesByZone,
      typesOfRelease: supported.names === undefined ? undefined : job.release,
      placementScores: placement.scores,
      rates,
      teamPrices: environment.TEAM_PRICES,
      baseline: job.baseline,
      notes: [supported.note, ...notes, ratesNote, offerings.note, ...spot.notes, ...placement.notes],
      region,
      zones,
      at: at.toISOString(),
      source: 'live',
      types,
      priceTracks: spot.tracks,
      pricesReadAt: spot.readAt ?? undefined,
      windowHours: windowHours(run.deadlineAt, at.toISOString()),
      reclaims: await newestReclaims(ledger, RECLAIM_ATTEMPTS),
      quotas: await vcpuQuotas(clients, job.capacity.gpu ? 'gpu' : 'standard'),
      wantSpot,
    });
    const market = withoutOpenPools(
      surveyed,
      await poolBreakers(ledger),
      (pools) => suitsSomewhere(job, { ...surveyed, pools: [...pools] }),
      at.toISOString(),
    );
    const ref = await putDocument({ clients, bucket: environment.DOCUMENTS_BUCKET }, market);
    return { market: ref, pools: market.pools.length, notes: market.notes };
  },
);

/** Zones that have a subnet and that the job allows; a job that names none allows all. */
function zonesFor(allowed: readonly string[], subnets: Readonly<Record<string, string>>): string[] {
  const zones = [...new Set(Object.values(subnets))].sort();
  return allowed.length === 0 ? zones : zones.filter((zone) => allowed.includes(zone));
}
