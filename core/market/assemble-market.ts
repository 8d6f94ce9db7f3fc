import type { InstanceType, Market, Pool, ReclaimRecord } from '../contracts/market.ts';
import { InvalidInputError } from '../errors.ts';
import { sampleQuantile } from '../numerics/quantiles.ts';
import { secondsBetween, SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../units.ts';
import { emrFee } from './emr-fees.ts';
import { reclaimsPerHour } from './reclaim-hazard.ts';
import type { SpotPrice } from './spot-price-history.ts';

/** Spot prices move by the hour: when the newest of them all is older than this, the whole market is stale. */
const STALE_AFTER_SECONDS = SECONDS_PER_DAY;
const HIGH_PRICE_LEVEL = 0.95;
/** Where the catalogue's prices are of. */
const CATALOGUE_REGION = 'us-east-1';

export interface MarketSurvey {
  readonly region: string;
  /** availability zones in which the fleet could stand */
  readonly zones: readonly string[];
  /** ISO 8601 instant of the survey */
  readonly at: string;
  readonly source: Market['source'];
  /** types a fleet could hold, with their list prices */
  readonly types: readonly InstanceType[];
  readonly spotPrices: readonly SpotPrice[];
  /** what this team pays by type, in place of the list price */
  readonly onDemandUsdPerHour?: Readonly<Record<string, number>> | undefined;
  /** EMR's fee by type from a price list, in place of the catalogue's */
  readonly emrFeeUsdPerHour?: Readonly<Record<string, number>> | undefined;
  /** types offered in a zone; a zone that is not listed offers all */
  readonly typesByZone?: Readonly<Record<string, readonly string[]>> | undefined;
  /** where the lists come from */
  readonly notes?: readonly string[] | undefined;
  readonly reclaims: readonly ReclaimRecord[];
  /** vCPUs the account may run; null where it was not asked */
  readonly quotas?: { readonly onDemandVcpus: number | null; readonly spotVcpus: number | null } | undefined;
  /** false: the job takes no spot, so missing spot prices are nothing to mention */
  readonly wantSpot: boolean;
}

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
  const prices = groupBy(survey.spotPrices, (price) => poolKey(price.instanceType, price.zone));
  const reclaims = groupBy(survey.reclaims, (record) => poolKey(record.instanceType, record.zone));
  const pools = survey.zones.flatMap((zone) =>
    offeredIn(survey, zone).map((type) => {
      const key = poolKey(type.name, zone);
      return assemblePool(survey, type, zone, prices.get(key) ?? [], reclaims.get(key) ?? []);
    }),
  );
  if (pools.length === 0) {
    throw new InvalidInputError(
      `None of the ${survey.types.length} types to survey is offered in ${survey.zones.join(', ')}: allow more families or zones.`,
    );
  }
  const newestPriceAt = survey.spotPrices.reduce<string | null>(
    (newest, { at }) => (newest === null || at > newest ? at : newest),
    null,
  );
  return {
    region: survey.region,
    surveyedAt: survey.at,
    source: survey.source,
    newestPriceAt,
    vcpuQuotaOnDemand: survey.quotas?.onDemandVcpus ?? null,
    vcpuQuotaSpot: survey.quotas?.spotVcpus ?? null,
    pools,
    notes: notesOn(survey, pools, newestPriceAt),
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
  prices: readonly SpotPrice[],
  records: readonly ReclaimRecord[],
): Pool {
  const onDemandUsdPerHour = survey.onDemandUsdPerHour?.[type.name] ?? type.onDemandUsdPerHour;
  const newest = prices.reduce<SpotPrice | undefined>(
    (latest, price) => (latest === undefined || price.at >= latest.at ? price : latest),
    undefined,
  );
  const sorted = prices.map((price) => price.usdPerHour).sort((a, b) => a - b);
  const listedFee = survey.emrFeeUsdPerHour?.[type.name];
  const fee = listedFee === undefined ? emrFee(type) : { usdPerHour: listedFee, estimated: false };
  return {
    instanceType: type,
    zone,
    onDemandUsdPerHour,
    spotUsdPerHour: newest?.usdPerHour ?? null,
    spotHighUsdPerHour:
      newest === undefined ? null : Math.max(newest.usdPerHour, sampleQuantile(sorted, HIGH_PRICE_LEVEL)),
    emrFeeUsdPerHour: fee.usdPerHour,
    emrFeeEstimated: fee.estimated,
    reclaimsPerHour: reclaimsPerHour(type, records),
  };
}

function notesOn(survey: MarketSurvey, pools: readonly Pool[], newestPriceAt: string | null): string[] {
  const notes: string[] = [...(survey.notes ?? [])];
  notes.push(...noteOnListPrices(survey), ...noteOnGaps(survey, pools));
  const estimated = new Set(
    pools.filter((pool) => pool.emrFeeEstimated).map((pool) => pool.instanceType.family),
  );
  if (estimated.size > 0) {
    notes.push(`The EMR fee of ${listed([...estimated])} is estimated at 25 % of the on-demand price.`);
  }
  if (survey.wantSpot) notes.push(...notesOnSpot(survey, pools, newestPriceAt));
  return notes;
}

/** Prices that nobody gave are the catalogue's, whatever the region and wherever the spot prices come from. */
function noteOnListPrices({ region, types, onDemandUsdPerHour = {} }: MarketSurvey): string[] {
  const listPriced = types.filter((type) => onDemandUsdPerHour[type.name] === undefined);
  if (listPriced.length === 0) return [];
  const whose = listPriced.length === types.length ? '' : ` of ${listed(listPriced.map(({ name }) => name))}`;
  const elsewhere =
    region === CATALOGUE_REGION ? '' : `; what ${region} charges differs, so costs here are approximate`;
  return [
    `On-demand prices${whose} are the built-in catalogue's list prices of ${CATALOGUE_REGION}, not live ones${elsewhere}.`,
  ];
}

function noteOnGaps({ types, zones }: MarketSurvey, pools: readonly Pool[]): string[] {
  const missing = types.length * zones.length - pools.length;
  if (missing === 0) return [];
  return [`${missing} of ${types.length * zones.length} pools are left out: EC2 does not offer them.`];
}

function notesOnSpot(survey: MarketSurvey, pools: readonly Pool[], newestPriceAt: string | null): string[] {
  const notes: string[] = [];
  const unpriced = pools.filter((pool) => pool.spotUsdPerHour === null).length;
  if (unpriced === pools.length) {
    notes.push('No spot price is known for any type: spot is not bought.');
  } else if (unpriced > 0) {
    notes.push(`${unpriced} of ${pools.length} pools have no spot price and are bought on demand only.`);
  }
  if (newestPriceAt !== null && secondsBetween(newestPriceAt, survey.at) > STALE_AFTER_SECONDS) {
    const hours = Math.round(secondsBetween(newestPriceAt, survey.at) / SECONDS_PER_HOUR);
    notes.push(
      `The newest spot price is ${hours} hours old (${newestPriceAt}): prices may have moved since.`,
    );
  }
  const known = new Set(survey.types.map((type) => type.name));
  const unknown = new Set(
    survey.spotPrices.map((price) => price.instanceType).filter((name) => !known.has(name)),
  );
  if (unknown.size > 0)
    notes.push(`Spot prices of types that are not considered were left out: ${listed([...unknown])}.`);
  return notes;
}

const MOST_NAMES_LISTED = 8;

function listed(names: readonly string[]): string {
  const sorted = [...names].sort();
  if (sorted.length <= MOST_NAMES_LISTED) return sorted.join(', ');
  return `${sorted.slice(0, MOST_NAMES_LISTED).join(', ')} and ${sorted.length - MOST_NAMES_LISTED} more`;
}

function poolKey(instanceType: string, zone: string): string {
  return `${instanceType}@${zone}`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
