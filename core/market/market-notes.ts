import type { Pool } from '../contracts/market.ts';
import { sampleQuantile } from '../numerics/quantiles.ts';
import { ageText, percentText } from '../units-text.ts';
import { secondsBetween, SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../units.ts';
import type { MarketSurvey } from './market-survey.ts';
import { describeTeamPrices } from './effective-prices.ts';
import { paletteOf } from './placement-palette.ts';
import { daysSeen } from './price-level.ts';
import { epochMinute } from './price-track.ts';

/** Spot prices move a few times a day: what was read longer ago than this may be wrong in many pools. */
const STALE_READING_SECONDS = SECONDS_PER_HOUR;
/** Where it is not known when prices were read: among many pools, some price changes every day. */
const STALE_CHANGE_SECONDS = SECONDS_PER_DAY;
/** Where the catalogue's prices are of. */
const CATALOGUE_REGION = 'us-east-1';

/** What a reader of the market should know: where prices come from, what is missing, estimated or old. */
export function notesOn(
  survey: MarketSurvey,
  pools: readonly Pool[],
  newestPriceAt: string | null,
): string[] {
  const notes: string[] = [...(survey.notes ?? [])];
  if (survey.teamPrices !== undefined) notes.push(describeTeamPrices(survey.teamPrices));
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
  notes.push(
    ...notesOnAge(survey, newestPriceAt),
    ...notesOnMoves(survey, pools, newestPriceAt),
    ...notesOnPlacement(pools),
  );
  const known = new Set(survey.types.map((type) => type.name));
  const unknown = new Set(
    survey.priceTracks.map((track) => track.instanceType).filter((name) => !known.has(name)),
  );
  if (unknown.size > 0)
    notes.push(`Spot prices of types that are not considered were left out: ${listed([...unknown])}.`);
  return notes;
}

/** A price that has not moved is not old: what counts is when EC2 was asked, where that is known. */
function notesOnAge({ pricesReadAt, at }: MarketSurvey, newestPriceAt: string | null): string[] {
  const age = (since: string) => ageText(secondsBetween(since, at));
  if (pricesReadAt !== undefined) {
    if (secondsBetween(pricesReadAt, at) <= STALE_READING_SECONDS) return [];
    return [
      `The market is stale: spot prices were last read ${age(pricesReadAt)} ago (${pricesReadAt}) and may have moved since.`,
    ];
  }
  if (newestPriceAt === null || secondsBetween(newestPriceAt, at) <= STALE_CHANGE_SECONDS) return [];
  return [
    `The market is stale: the newest spot price is ${age(newestPriceAt)} old (${newestPriceAt}) and prices may have moved since.`,
  ];
}

/** What the past says of the hours ahead, in the middle pool. */
function notesOnMoves(
  { priceTracks, at, pricesReadAt, windowHours }: MarketSurvey,
  pools: readonly Pool[],
  newestPriceAt: string | null,
): string[] {
  const rises = pools
    .flatMap(({ spotUsdPerHour: now, spotHighUsdPerHour: high }) =>
      now === null || high === null ? [] : [high / now - 1],
    )
    .sort((a, b) => a - b);
  if (rises.length === 0) return [];
  const days = daysSeen(priceTracks, epochMinute(pricesReadAt ?? newestPriceAt ?? at));
  const past = days < 1.5 ? 'a day or less' : `${Math.round(days)} days`;
  const window = windowHours === undefined ? '' : ` of ${Math.round(windowHours * 10) / 10} h`;
  return [
    `Spot prices of the hours ahead are judged by ${past} of history: in the window${window} the middle pool costs at most ${percentText(sampleQuantile(rises, 0.5))} more than now, 19 times in 20.`,
  ];
}

/** Zones in which EC2 itself doubts that spot is to be had. */
function notesOnPlacement(pools: readonly Pool[]): string[] {
  const low = pools.filter(
    ({ placementScore, spotShareMost }) => placementScore !== undefined && spotShareMost !== undefined,
  );
  if (low.length === 0) return [];
  const kinds = new Map<string, number>();
  for (const { instanceType, zone, placementScore = 0 } of low) {
    const kind = `${paletteOf(instanceType)?.name ?? instanceType.family} in ${zone}`;
    kinds.set(kind, placementScore);
  }
  const named = [...kinds].map(([kind, score]) => `${kind} (${score})`);
  return [
    `EC2's placement scores of 10 are low for ${listed(named)}: of such a pool, a fleet holds at most ${percentText(low[0]?.spotShareMost ?? 0)} on spot.`,
  ];
}

/** What the risk of reclaims rests on. */
export function noteOnReclaims(
  { wantSpot }: Pick<MarketSurvey, 'wantSpot'>,
  { poolHours, events }: { poolHours: number; events: number },
): string[] {
  if (!wantSpot) return [];
  const bands = "the Spot Instance Advisor's bands";
  if (poolHours < 1)
    return [`How often spot is reclaimed rests on ${bands} alone: no run of ours tells yet.`];
  return [
    `How often spot is reclaimed rests on ${bands} and on ${Math.round(poolHours)} pool-hours of our own with ${Math.round(events * 10) / 10} reclaims, older ones counted less.`,
  ];
}

const MOST_NAMES_LISTED = 8;

function listed(names: readonly string[]): string {
  const sorted = [...names].sort();
  if (sorted.length <= MOST_NAMES_LISTED) return sorted.join(', ');
  return `${sorted.slice(0, MOST_NAMES_LISTED).join(', ')} and ${sorted.length - MOST_NAMES_LISTED} more`;
}
