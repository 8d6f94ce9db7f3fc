import { GetProductsCommand, PricingClient, type FilterType } from '@aws-sdk/client-pricing';
import * as z from 'zod';
import { CATALOGUE } from '../../core/market/catalogue.ts';
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import { oncePerClients } from '../runtime/clients.ts';
import { awsCall, ServiceUnavailableError } from './failures.ts';
import { askedOnceADay, type MarketCache } from './market-cache.ts';
import { sdkClient } from './settings.ts';

/** The price list of every region is asked for here: the API has an endpoint in a few regions only. */
const PRICING_REGION = 'us-east-1';
const PAGE = 100;
/** A large region has about a thousand types. */
const PAGES_MAX = 40;
/** The survey has two minutes for everything. */
const READ_SECONDS_MAX = 35;

const pricingClient = oncePerClients((clients) =>
  sdkClient(clients, PricingClient, { region: PRICING_REGION }),
);

interface ListQuery {
  readonly serviceCode: string;
  readonly filters: Readonly<Record<string, string>>;
  /** attributes that must hold a text somewhere */
  readonly contains?: Readonly<Record<string, string>>;
}

/** What an hour of a Linux machine on shared hardware costs, reserved or idle capacity left out. */
const ON_DEMAND: ListQuery = {
  serviceCode: 'AmazonEC2',
  filters: {
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    capacitystatus: 'Used',
    marketoption: 'OnDemand',
  },
};

/** What EMR adds to an hour of a machine of a cluster on EC2. */
const EMR_FEES: ListQuery = {
  serviceCode: 'ElasticMapReduce',
  filters: { productFamily: 'Elastic Map Reduce Instance', softwareType: 'EMR' },
};

/** USD per hour by instance type. */
const Prices = z.record(z.string(), z.number().positive());
type Prices = z.infer<typeof Prices>;

interface ListPrices {
  readonly onDemandUsdPerHour: Prices | undefined;
  readonly emrFeeUsdPerHour: Prices | undefined;
  /** where either comes from */
  readonly notes: string[];
}

/**
 * On-demand prices and EMR fees of the clients' region, from the AWS price list of the day. Types that the list
 * does not have, and both when it is not to be had, are left to the catalogue.
 */
export async function listPrices(cache: MarketCache): Promise<ListPrices> {
  const { region } = cache.clients;
  const prices = (name: string, query: ListQuery) =>
    askedOnceADay(cache, `${name}-${region}`, Prices, () => readList(cache, query));
  const onDemand = await prices('on-demand-prices', ON_DEMAND);
  const fees = await prices('emr-fees', EMR_FEES);
  const catalogue = (value: Prices | undefined) =>
    value === undefined ? "; the built-in catalogue's of us-east-1 are used" : '';
  return {
    onDemandUsdPerHour: onDemand.value,
    emrFeeUsdPerHour: fees.value,
    notes: [
      `On-demand prices of ${region}: ${onDemand.origin}${catalogue(onDemand.value)}.`,
      `EMR fees of ${region}: ${fees.origin}${catalogue(fees.value)}.`,
    ],
  };
}

/** One query for the whole region; one for each type would be more calls. */
async function readList(cache: MarketCache, query: ListQuery): Promise<Prices> {
  const prices: Prices = {};
  await eachProduct(cache, query, ({ instanceType }, usd) => {
    // Should a type be listed twice, the dearer price is the one that surprises nobody.
    if (instanceType !== undefined) prices[instanceType] = Math.max(usd, prices[instanceType] ?? 0);
  });
  return knownOnly(prices, query.serviceCode);
}

/**
 * Reads a list of the clients' region to its end, page by page.
 *
 * @param take  called with each product's attributes and its on-demand price in USD for one unit, above 0
 * @throws ServiceUnavailableError  when it takes too long or does not end
 */
export async function eachProduct(
  { clients, now }: MarketCache,
  { serviceCode, filters, contains = {} }: ListQuery,
  take: (attributes: Attributes, usdPerUnit: number) => void,
): Promise<void> {
  const until = now().getTime() + READ_SECONDS_MAX * MILLISECONDS_PER_SECOND;
  const filter =
    (Type: FilterType) =>
    ([Field, Value]: [string, string]) => ({ Type, Field, Value });
  const Filters = [
    ...Object.entries({ regionCode: clients.region, ...filters }).map(filter('TERM_MATCH')),
    ...Object.entries(contains).map(filter('CONTAINS')),
  ];
  let token: string | undefined;
  for (let page = 0; page < PAGES_MAX && now().getTime() < until; page += 1) {
    const answer = await awsCall('pricing:GetProducts', () =>
      pricingClient(clients).send(
        new GetProductsCommand({
          ServiceCode: serviceCode,
          Filters,
          MaxResults: PAGE,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    for (const item of answer.PriceList ?? []) takePrices(String(item), take);
    token = answer.NextToken === '' ? undefined : answer.NextToken;
    if (token === undefined) return;
  }
  throw new ServiceUnavailableError(
    `pricing:GetProducts: the list of ${serviceCode} did not end within ${PAGES_MAX} pages and ${READ_SECONDS_MAX} seconds.`,
  );
}

const Attributes = z.object({ instanceType: z.string().optional(), usagetype: z.string().default('') });
type Attributes = z.infer<typeof Attributes>;

/** A product of the list, as far as it matters here. */
const Product = z.object({
  product: z.object({ attributes: Attributes }),
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.object({
        priceDimensions: z.record(z.string(), z.object({ pricePerUnit: z.object({ USD: z.string() }) })),
      }),
    ),
  }),
});

/** Products of another form, free ones, and those in another currency have no price for us. */
function takePrices(text: string, take: (attributes: Attributes, usdPerUnit: number) => void): void {
  const parsed = Product.safeParse(JSON.parse(text));
  if (!parsed.success) return;
  for (const { priceDimensions } of Object.values(parsed.data.terms.OnDemand)) {
    for (const { pricePerUnit } of Object.values(priceDimensions)) {
      const usd = Number(pricePerUnit.USD);
      if (usd > 0) take(parsed.data.product.attributes, usd);
    }
  }
}

function knownOnly(prices: Prices, serviceCode: string): Prices {
  const known = CATALOGUE.flatMap(({ name }) => {
    const usd = prices[name];
    return usd === undefined ? [] : [[name, usd] as const];
  });
  if (known.length > 0) return Object.fromEntries(known);
  throw new ServiceUnavailableError(
    `pricing:GetProducts: the list of ${serviceCode} has no type that we know.`,
  );
}
