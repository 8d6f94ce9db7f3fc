import * as z from 'zod';
import { CATALOGUE, instanceTypeByName } from '../../../core/market/catalogue.ts';
import { AwsFailure, operation, type Operation } from '../../contracts.ts';
import type { PriceChange } from '../../world/market/spot-price-series.ts';
import { Moment } from '../emr/input.ts';
import { ignored, known } from '../known.ts';
import type { Ec2Account } from './account.ts';
import { Filters, passes } from './filters.ts';
import { page } from './paging.ts';

const PRODUCT = 'Linux/UNIX';
const MOST_PRICES = 1000;
const FEWEST_SCORED_TYPES = 3;

const SpotPriceHistoryInput = z.strictObject({
  DryRun: ignored,
  StartTime: Moment.optional(),
  EndTime: Moment.optional(),
  InstanceTypes: z.array(z.string()).default([]),
  ProductDescriptions: z.array(z.string()).default([]),
  AvailabilityZone: z.string().optional(),
  Filters,
  MaxResults: z.number().int().min(1).optional(),
  NextToken: z.string().optional(),
});

const PlacementScoresInput = z.strictObject({
  DryRun: ignored,
  InstanceTypes: z.array(z.string()).max(1000),
  TargetCapacity: z.number().int().min(1),
  TargetCapacityUnitType: z.enum(['vcpu', 'memory-mib', 'units']).default('units'),
  SingleAvailabilityZone: z.boolean().default(false),
  RegionNames: z.array(z.string()).default([]),
  MaxResults: z.number().int().min(10).max(1000).default(1000),
  NextToken: z.string().optional(),
});

/** What EC2 tells of the spot market. */
export function spotOperations(account: Ec2Account): Record<string, Operation> {
  const pages = new PricePages(account);
  return {
    DescribeSpotPriceHistory: operation(known('ec2 DescribeSpotPriceHistory', SpotPriceHistoryInput), {
      permissions: () => [{ action: 'ec2:DescribeSpotPriceHistory', resource: '*' }],
      run: (input, context) => spotPriceHistory(account, input, pages.of(input, context.nowMs)),
    }),
    GetSpotPlacementScores: operation(known('ec2 GetSpotPlacementScores', PlacementScoresInput), {
      permissions: () => [{ action: 'ec2:GetSpotPlacementScores', resource: '*' }],
      run: (input, context) => placementScores(account, input, context.nowMs),
    }),
  };
}

type SpotPriceHistoryInput = z.output<typeof SpotPriceHistoryInput>;

interface PoolPrice {
  readonly type: string;
  readonly zone: string;
  readonly change: PriceChange;
}

/** What the pages of one question are cut from: sorted once, not for every page. */
class PricePages {
  readonly #account: Ec2Account;
  #last: { readonly question: string; readonly prices: PoolPrice[] } | undefined;

  constructor(account: Ec2Account) {
    this.#account = account;
  }

  of({ NextToken, ...rest }: SpotPriceHistoryInput, nowMs: number): PoolPrice[] {
    const question = JSON.stringify(rest);
    // later pages are of what the first one found, though time passes in between
    if (NextToken !== undefined && this.#last?.question === question) return this.#last.prices;
    const prices = pricesFor(this.#account, rest, nowMs);
    this.#last = { question, prices };
    return prices;
  }
}

function pricesFor(
  account: Ec2Account,
  input: Omit<SpotPriceHistoryInput, 'NextToken'>,
  nowMs: number,
): PoolPrice[] {
  const { market } = account.world;
  const untilMs = Math.min(input.EndTime ?? nowMs, nowMs);
  const fromMs = Math.max(input.StartTime ?? market.historyFromMs, market.historyFromMs);
  const isWanted = (instanceType: string, zone: string) =>
    (input.AvailabilityZone === undefined || input.AvailabilityZone === zone) &&
    passes('DescribeSpotPriceHistory', input.Filters, (name) => {
      const values: Readonly<Record<string, string>> = {
        'availability-zone': zone,
        'instance-type': instanceType,
        'product-description': PRODUCT,
      };
      const value = values[name];
      return value === undefined ? undefined : [value];
    });
  const offered =
    input.ProductDescriptions.length === 0 ||
    input.ProductDescriptions.some((name) => name.startsWith(PRODUCT));
  const types = input.InstanceTypes.length === 0 ? CATALOGUE.map((type) => type.name) : input.InstanceTypes;
  const pools = types
    .flatMap((name) => instanceTypeByName(name) ?? [])
    .flatMap((type) =>
      market.zones.filter((zone) => market.offers(type, zone)).map((zone) => ({ type: type.name, zone })),
    )
    .filter(({ type, zone }) => offered && fromMs <= untilMs && isWanted(type, zone));
  return pools
    .flatMap(({ type, zone }) =>
      market.priceChanges(type, zone, fromMs, untilMs).map((change) => ({ type, zone, change })),
    )
    .sort((a, b) => b.change.atMs - a.change.atMs);
}

function spotPriceHistory(
  account: Ec2Account,
  input: SpotPriceHistoryInput,
  prices: readonly PoolPrice[],
): unknown {
  const { items, next } = page(
    prices,
    input.NextToken,
    Math.min(input.MaxResults ?? MOST_PRICES, MOST_PRICES),
  );
  return {
    SpotPriceHistory: items.map(({ type, zone, change }) => ({
      AvailabilityZone: zone,
      AvailabilityZoneId: account.zoneId(zone),
      InstanceType: type,
      ProductDescription: PRODUCT,
      SpotPrice: change.usdPerHour.toFixed(6),
      Timestamp: new Date(change.atMs),
    })),
    NextToken: next.NextToken ?? '',
  };
}

/** 1 to 10, by how often over the capacity asked for could be had right now. Not a promise, as on AWS. */
function placementScores(
  account: Ec2Account,
  input: z.output<typeof PlacementScoresInput>,
  nowMs: number,
): unknown {
  const types = input.InstanceTypes.flatMap((name) => instanceTypeByName(name) ?? []);
  const { market } = account.world;
  const unitsIn = (zone: string) =>
    types.reduce((sum, type) => {
      const vcpus = market.capacityVcpus(type.name, zone, 'spot', nowMs);
      const units = {
        vcpu: vcpus,
        units: vcpus / type.vcpus,
        'memory-mib': (vcpus / type.vcpus) * type.memoryMib,
      };
      return sum + units[input.TargetCapacityUnitType];
    }, 0);
  const few = new Set(input.InstanceTypes).size < FEWEST_SCORED_TYPES;
  const score = (units: number) => {
    const ratio = units / input.TargetCapacity;
    return few ? 1 : Math.max(1, Math.min(10, Math.round(3 * Math.log2(1 + ratio))));
  };
  const here = input.RegionNames.length === 0 || input.RegionNames.includes(account.region);
  if (input.InstanceTypes.length === 0) {
    throw new AwsFailure('MissingParameter', 'The request must contain the parameter InstanceTypes');
  }
  const zones = here ? market.zones : [];
  const scores = input.SingleAvailabilityZone
    ? zones.map((zone) => ({
        Region: account.region,
        AvailabilityZoneId: account.zoneId(zone),
        Score: score(unitsIn(zone)),
      }))
    : [{ Region: account.region, Score: score(zones.reduce((sum, zone) => sum + unitsIn(zone), 0)) }];
  const { items, next } = page(
    scores.sort((a, b) => b.Score - a.Score),
    input.NextToken,
    input.MaxResults,
  );
  return { SpotPlacementScores: items, ...next };
}
