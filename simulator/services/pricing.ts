import * as z from 'zod';
import type { InstanceType } from '../../core/contracts/market.ts';
import { CATALOGUE } from '../../core/market/catalogue.ts';
import { AwsFailure, operation, type Kernel, type SimulatedService } from '../contracts.ts';
import type { SpotMarket } from '../world/market/market.ts';
import { known } from './known.ts';
import { page } from './ec2/paging.ts';

const FORMAT = 'aws_v1';
const PAGE = 100;
const LOCATIONS: Readonly<Record<string, string>> = { 'us-east-1': 'US East (N. Virginia)' };
const ON_DEMAND_TERM = 'JRTCKXETXF';
const HOURLY_RATE = '6YS6EN2CT7';

const GetProductsInput = z.strictObject({
  ServiceCode: z.string(),
  Filters: z
    .array(z.strictObject({ Type: z.enum(['TERM_MATCH', 'CONTAINS']), Field: z.string(), Value: z.string() }))
    .default([]),
  FormatVersion: z.literal(FORMAT).default(FORMAT),
  NextToken: z.string().optional(),
  MaxResults: z.number().int().min(1).max(PAGE).default(PAGE),
});

interface Product {
  readonly family: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** of one unit: an hour, unless it says otherwise */
  readonly usdPerHour: number;
  readonly unit?: string;
  readonly description: string;
}

/** The price list: EC2 on demand and EMR's fee in the world's market, as JSON texts in the list's nested form. */
export function createPricingService(kernel: Kernel, market: SpotMarket): SimulatedService {
  // prices of a list never change while the world lasts
  const lists = new Map<string, Product[]>();
  const productsOf = (serviceCode: string): Product[] => {
    const products = lists.get(serviceCode) ?? listOf(serviceCode, { region: kernel.region, market });
    lists.set(serviceCode, products);
    return products;
  };
  return {
    name: 'pricing',
    operations: {
      GetProducts: operation(known('pricing GetProducts', GetProductsInput), {
        permissions: () => [{ action: 'pricing:GetProducts', resource: '*' }],
        run: (input, context) => getProducts(input, productsOf(input.ServiceCode), context.nowMs),
      }),
    },
  };
}

interface PricedRegion {
  readonly region: string;
  readonly market: SpotMarket;
}

function getProducts(
  input: z.output<typeof GetProductsInput>,
  list: readonly Product[],
  nowMs: number,
): unknown {
  const products = list.filter((product) =>
    input.Filters.every(({ Type, Field, Value }) => {
      const value = valueOf(product, Field)?.toLowerCase();
      return Type === 'CONTAINS' ? value?.includes(Value.toLowerCase()) : value === Value.toLowerCase();
    }),
  );
  const { items, next } = page(products, input.NextToken, input.MaxResults);
  return {
    FormatVersion: FORMAT,
    PriceList: items.map((product) => textOf(product, input.ServiceCode, nowMs)),
    ...next,
  };
}

function valueOf(product: Product, field: string): string | undefined {
  return field === 'productFamily' ? product.family : product.attributes[field];
}

function listOf(serviceCode: string, priced: PricedRegion): Product[] {
  if (serviceCode === 'AmazonEC2') {
    return [...CATALOGUE.map((type) => ec2Product(type, priced)), gp3Product(priced)];
  }
  if (serviceCode === 'ElasticMapReduce') {
    return [...CATALOGUE.map((type) => emrProduct(type, priced)), ...serverlessProducts(priced)];
  }
  throw new AwsFailure(
    'NotFoundException',
    `The service code ${serviceCode} is not known to this price list.`,
  );
}

function ec2Product(type: InstanceType, { region, market }: PricedRegion): Product {
  const usdPerHour = market.onDemandUsdPerHour(type);
  return {
    family: 'Compute Instance',
    usdPerHour,
    description: `$${usdPerHour} per On Demand Linux ${type.name} Instance Hour`,
    attributes: {
      ...placeAttributes('AmazonEC2', region),
      instanceType: type.name,
      vcpu: String(type.vcpus),
      memory: `${type.memoryMib / 1024} GiB`,
      operatingSystem: 'Linux',
      tenancy: 'Shared',
      preInstalledSw: 'NA',
      capacitystatus: 'Used',
      licenseModel: 'No License required',
      marketoption: 'OnDemand',
      operation: 'RunInstances',
      usagetype: `BoxUsage:${type.name}`,
    },
  };
}

function emrProduct(type: InstanceType, { region, market }: PricedRegion): Product {
  const usdPerHour = market.emrFeeUsdPerHour(type);
  return {
    family: 'Elastic Map Reduce Instance',
    usdPerHour,
    description: `$${usdPerHour} per hour for EMR ${type.name}`,
    attributes: {
      ...placeAttributes('ElasticMapReduce', region),
      instanceType: type.name,
      softwareType: 'EMR',
      usagetype: `BoxUsage:${type.name}`,
    },
  };
}

function gp3Product({ region, market }: PricedRegion): Product {
  const usd = market.parameters.gp3UsdPerGibMonth;
  return {
    family: 'Storage',
    usdPerHour: usd,
    unit: 'GB-Mo',
    description: `$${usd} per GB-month of General Purpose (gp3) provisioned storage`,
    attributes: {
      ...placeAttributes('AmazonEC2', region),
      volumeApiName: 'gp3',
      usagetype: 'EBS:VolumeUsage.gp3',
    },
  };
}

/** What EMR Serverless charges: in the world it follows the price level of the region. */
function serverlessProducts({ region, market }: PricedRegion): Product[] {
  const { serverless, onDemandFactor } = market.parameters;
  const { usdPerVcpuHour, usdPerGbHour, armShare, usdPerStorageGbHour } = serverless;
  const prices = [
    ['vCPUHours', usdPerVcpuHour],
    ['MemoryGBHours', usdPerGbHour],
    ['ARM-vCPUHours', usdPerVcpuHour * armShare],
    ['ARM-MemoryGBHours', usdPerGbHour * armShare],
    ['StorageGBHours', usdPerStorageGbHour],
  ] as const;
  return prices.map(([kind, usd]) => ({
    family: 'EMR Serverless',
    usdPerHour: usd * onDemandFactor,
    description: `$${usd * onDemandFactor} per EMR Serverless ${kind}`,
    attributes: {
      ...placeAttributes('ElasticMapReduce', region),
      usagetype: `EMR-SERVERLESS-${kind}`,
    },
  }));
}

function placeAttributes(servicecode: string, region: string): Record<string, string> {
  return {
    servicecode,
    regionCode: region,
    location: LOCATIONS[region] ?? region,
    locationType: 'AWS Region',
  };
}

/** Stands in a kept text for the date of the answer. */
const DATE = '0000-00-00T00:00:00Z';
const texts = new WeakMap<Product, string>();

/** A product as JSON: made once, but for its date. */
function textOf(product: Product, serviceCode: string, nowMs: number): string {
  const text = texts.get(product) ?? JSON.stringify(priceListItem(product, serviceCode));
  texts.set(product, text);
  return text.replaceAll(DATE, new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z'));
}

function priceListItem(product: Product, serviceCode: string): unknown {
  const sku = skuOf(
    `${serviceCode}/${product.attributes.instanceType ?? product.attributes.usagetype ?? ''}`,
  );
  const term = `${sku}.${ON_DEMAND_TERM}`;
  const rate = `${term}.${HOURLY_RATE}`;
  return {
    product: { productFamily: product.family, attributes: product.attributes, sku },
    serviceCode,
    terms: {
      OnDemand: {
        [term]: {
          priceDimensions: {
            [rate]: {
              unit: product.unit ?? 'Hrs',
              endRange: 'Inf',
              description: product.description,
              appliesTo: [],
              rateCode: rate,
              beginRange: '0',
              pricePerUnit: { USD: product.usdPerHour.toFixed(10) },
            },
          },
          sku,
          effectiveDate: DATE,
          offerTermCode: ON_DEMAND_TERM,
          termAttributes: {},
        },
      },
    },
    version: DATE,
    publicationDate: DATE,
  };
}

/** A stock-keeping unit in the list's form: 16 letters and digits that stay the same for a product. */
function skuOf(text: string): string {
  const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
  let hash = 7;
  return Array.from({ length: 16 }, (_, i) => {
    hash = (hash * 31 + text.charCodeAt(i % text.length) + i) % 1_000_003;
    return letters.charAt(hash % letters.length);
  }).join('');
}
