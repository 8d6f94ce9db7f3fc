import type { InstanceType, Market, Pool } from '../contracts/market.ts';
import { InvalidInputError } from '../errors.ts';
import { isoInstant } from '../units.ts';
import { GP3_USD_PER_GIB_MONTH } from './billing-rates.ts';
import { instanceTypeByName } from './catalogue.ts';
import { effectivePrices } from './effective-prices.ts';
import { emrFee } from './emr-fees.ts';
import { noteOnReclaims, notesOn } from './market-notes.ts';
import type { MarketSurvey } from './market-survey.ts';
import { paletteOf, shareByScore } from './placement-palette.ts';
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
  const { pricesReadAt, typesOfRelease, rates } = survey;
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
    ...(rates?.serverless === undefined ? {} : { serverlessRates: rates.serverless }),
    ...(typesOfRelease === undefined ? {} : { typesOfRelease }),
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
  const list = listPrices(survey, type);
  const { teamPrices: team } = survey;
  const paid =
    team === undefined
      ? list
      : effectivePrices({ ...list, type, zone, fleetUsdPerHour: baselineUsdPerHour(survey) }, team);
  return {
    instanceType: type,
    zone,
    onDemandUsdPerHour: paid.onDemandUsdPerHour,
    ...spotPricing(spot, list.onDemandUsdPerHour, 1 - (team?.discountPercent.spot ?? 0) / 100),
    ...placement(survey, type, spot?.zoneId),
    ...storage(survey),
    emrFeeUsdPerHour: paid.emrFeeUsdPerHour,
    emrFeeEstimated: list.emrFeeEstimated,
    reclaimsPerHour,
  };
}

/** What everybody pays. */
function listPrices(
  { onDemandUsdPerHour, emrFeeUsdPerHour }: MarketSurvey,
  type: InstanceType,
): Pick<Pool, 'onDemandUsdPerHour' | 'emrFeeUsdPerHour' | 'emrFeeEstimated'> {
  const listedFee = emrFeeUsdPerHour?.[type.name];
  const fee = listedFee === undefined ? emrFee(type) : { usdPerHour: listedFee, estimated: false };
  return {
    onDemandUsdPerHour: onDemandUsdPerHour?.[type.name] ?? type.onDemandUsdPerHour,
    emrFeeUsdPerHour: fee.usdPerHour,
    emrFeeEstimated: fee.estimated,
  };
}

/** What the job's fleet of today costs an hour on demand at list prices: its workers, EMR fees left out. */
function baselineUsdPerHour(survey: MarketSurvey): number | undefined {
  const { baseline } = survey;
  if (baseline === undefined) return undefined;
  const type = instanceTypeByName(baseline.instanceType);
  if (type === undefined) return undefined;
  return baseline.count * listPrices(survey, type).onDemandUsdPerHour;
}

/** Disks, where the region's price is known or the team pays less. */
function storage({ rates, teamPrices }: MarketSurvey): Pick<Pool, 'storageUsdPerGibMonth'> {
  const percent = teamPrices?.discountPercent.storage ?? 0;
  if (rates === undefined && percent === 0) return {};
  return { storageUsdPerGibMonth: (rates?.gp3UsdPerGibMonth ?? GP3_USD_PER_GIB_MONTH) * (1 - percent / 100) };
}

/** What spot costs here now, and over the time of a run. */
function spotPricing(
  spot: (SpotPool & Pick<SpotPrices, 'moves' | 'windowHours'>) | undefined,
  bidUsdPerHour: number,
  paidShare: number,
): Pick<Pool, 'spotUsdPerHour' | 'spotHighUsdPerHour' | 'spotExpectedUsdPerHour' | 'priceLevel' | 'zoneId'> {
  if (spot === undefined) return { spotUsdPerHour: null, spotHighUsdPerHour: null };
  const { level, moves, windowHours, zoneId } = spot;
  const { expectedUsdPerHour, highUsdPerHour } = priceOverWindow(level, moves, windowHours, bidUsdPerHour);
  const { usdPerHour, usualUsdPerHour, ...priceLevel } = level;
  return {
    spotUsdPerHour: usdPerHour * paidShare,
    // what is put aside for a run is never below what it costs today
    spotHighUsdPerHour: Math.max(usdPerHour, highUsdPerHour) * paidShare,
    spotExpectedUsdPerHour: expectedUsdPerHour * paidShare,
    priceLevel: { ...priceLevel, usualUsdPerHour: usualUsdPerHour * paidShare },
    ...(zoneId === undefined ? {} : { zoneId }),
  };
}

/** How likely spot comes here; where it hardly does, a fleet does not hang on it. */
function placement(
  { placementScores = {} }: MarketSurvey,
  type: InstanceType,
  zoneId: string | undefined,
): Pick<Pool, 'placementScore' | 'spotShareMost'> {
  const score = placementScores[paletteOf(type)?.name ?? '']?.[zoneId ?? ''];
  return score === undefined ? {} : { placementScore: score, ...shareByScore(score) };
}

function poolKey(instanceType: string, zone: string): string {
  return `${instanceType}@${zone}`;
}
