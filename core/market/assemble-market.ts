import type { InstanceType, Market, Pool } from '../contracts/market.ts';
import { InvalidInputError } from '../errors.ts';
import { isoInstant } from '../units.ts';
import { emrFee } from './emr-fees.ts';
import { noteOnReclaims, notesOn } from './market-notes.ts';
import type { MarketSurvey } from './market-survey.ts';
import { fitPriceLevels, priceOverWindow, type PriceLevel } from './price-level.ts';
import type { PriceMoves } from './price-moves.ts';
import { epochMinute, MS_PER_MINUTE } from './price-track.ts';
import { learnReclaims } from './reclaim-hazard.ts';

/** Over how many hours prices are looked ahead, unless the survey says: longer than most runs. */
const USUAL_WINDOW_HOURS = 6;

/**
 * Puts together what every pool costs either way and how likely it vanishes. A type without a spot price in a
 * zone is on-demand only there; a type that a zone does not offer has no pool there.
 *
 * @throws InvalidInputError  when there is no zone or no type to survey, or none is offered
 */
export function assembleMarket(survey: MarketSurvey): Market {
  if (survey.zones.length === 0) {
    throw new InvalidInputError(
      `No availability zone of ${survey.region} to survey: name at least one subnet or zone.`,
    );
  }
  if (survey.types.length === 0) {
    throw new InvalidInputError(
      `No instance type to survey in ${survey.region}: allow at least one known family.`,
    );
  }
  const spot = spotPricesOf(survey);
  const poolOf = (key: string) => {
    const known = spot.byPool.get(key);
    return known === undefined ? undefined : { ...known, moves: spot.moves, windowHours: spot.windowHours };
  };
  const reclaims = learnReclaims(survey.reclaims, survey.types, survey.at);
  const pools = survey.zones.flatMap((zone) =>
    offeredIn(survey, zone).map((type) => {
      const perHour = reclaims.perHour(type, zone);
      return assemblePool(survey, type, zone, poolOf(poolKey(type.name, zone)), perHour);
    }),
  );
  if (pools.length === 0) {
    throw new InvalidInputError(
      `None of the ${survey.types.length} types to survey is offered in ${survey.zones.join(', ')}: allow more families or zones.`,
    );
  }
  const { pricesReadAt } = survey;
  return {
    region: survey.region,
    surveyedAt: survey.at,
    source: survey.source,
    newestPriceAt: spot.newestAt,
    vcpuQuotaOnDemand: survey.quotas?.onDemandVcpus ?? null,
    vcpuQuotaSpot: survey.quotas?.spotVcpus ?? null,
    pools,
    notes: [...notesOn(survey, pools, spot.newestAt), ...noteOnReclaims(survey, reclaims)],
    zoneReclaimShare: reclaims.zoneShare,
    priceWindowHours: spot.windowHours,
    priceMoves: { ...spot.moves, sizes: [...spot.moves.sizes] },
    ...(pricesReadAt === undefined ? {} : { pricesReadAt }),
  };
}

interface SpotPrices {
  readonly byPool: ReadonlyMap<string, SpotPool>;
  readonly moves: PriceMoves;
  readonly windowHours: number;
  readonly newestAt: string | null;
}

interface SpotPool {
  readonly zoneId: string | undefined;
  readonly level: PriceLevel;
}

/** Levels and moves of the pools that are surveyed, learned from all their pasts. */
function spotPricesOf({ priceTracks, types, zones, at, windowHours }: MarketSurvey): SpotPrices {
  const names = new Set(types.map(({ name }) => name));
  const nowMinute = epochMinute(at);
  const known = priceTracks.filter(
    ({ instanceType, zone, minutes }) =>
      names.has(instanceType) && zones.includes(zone) && (minutes[0] ?? Infinity) <= nowMinute,
  );
  const { levels, moves } = fitPriceLevels(known, nowMinute);
  const byPool = new Map<string, SpotPool>();
  known.forEach(({ instanceType, zone, zoneId }, i) => {
    const level = levels[i];
    if (level !== undefined) byPool.set(poolKey(instanceType, zone), { zoneId, level });
  });
  const newest = known.reduce(
    (latest, { minutes }) => Math.max(latest, minutes.findLast((minute) => minute <= nowMinute) ?? 0),
    0,
  );
  return {
    byPool,
    moves,
    windowHours: windowHours ?? USUAL_WINDOW_HOURS,
    newestAt: newest === 0 ? null : isoInstant(newest * MS_PER_MINUTE),
  };
}

function offeredIn({ types, typesByZone }: MarketSurvey, zone: string): readonly InstanceType[] {
  const offered = typesByZone?.[zone];
  return offered === undefined ? types : types.filter(({ name }) => offered.includes(name));
}

function assemblePool(
  survey: MarketSurvey,
  type: InstanceType,
  zone: string,
  spot: (SpotPool & Pick<SpotPrices, 'moves' | 'windowHours'>) | undefined,
  reclaimsPerHour: number,
): Pool {
  const onDemandUsdPerHour = survey.onDemandUsdPerHour?.[type.name] ?? type.onDemandUsdPerHour;
  const listedFee = survey.emrFeeUsdPerHour?.[type.name];
  const fee = listedFee === undefined ? emrFee(type) : { usdPerHour: listedFee, estimated: false };
  return {
    instanceType: type,
    zone,
    onDemandUsdPerHour,
    ...spotPricing(spot, onDemandUsdPerHour),
    emrFeeUsdPerHour: fee.usdPerHour,
    emrFeeEstimated: fee.estimated,
    reclaimsPerHour,
  };
}

/** What spot costs here now, and over the time of a run. */
function spotPricing(
  spot: (SpotPool & Pick<SpotPrices, 'moves' | 'windowHours'>) | undefined,
  onDemandUsdPerHour: number,
): Pick<Pool, 'spotUsdPerHour' | 'spotHighUsdPerHour' | 'spotExpectedUsdPerHour' | 'priceLevel' | 'zoneId'> {
  if (spot === undefined) return { spotUsdPerHour: null, spotHighUsdPerHour: null };
  const { level, moves, windowHours, zoneId } = spot;
  const { expectedUsdPerHour, highUsdPerHour } = priceOverWindow(
    level,
    moves,
    windowHours,
    onDemandUsdPerHour,
  );
  const { usdPerHour, ...priceLevel } = level;
  return {
    spotUsdPerHour: usdPerHour,
    // what is put aside for a run is never below what it costs today
    spotHighUsdPerHour: Math.max(usdPerHour, highUsdPerHour),
    spotExpectedUsdPerHour: expectedUsdPerHour,
    priceLevel,
    ...(zoneId === undefined ? {} : { zoneId }),
  };
}

function poolKey(instanceType: string, zone: string): string {
  return `${instanceType}@${zone}`;
}
