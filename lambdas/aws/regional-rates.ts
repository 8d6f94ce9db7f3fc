import * as z from 'zod';
import { RegionalRates } from '../../core/contracts/market.ts';
import { ServiceUnavailableError } from './failures.ts';
import { askedOnceADay, type MarketCache } from './market-cache.ts';
import { eachProduct } from './price-list.ts';

/** What disks of a region cost, and EMR Serverless there. */
export async function regionalRates(
  cache: MarketCache,
): Promise<{ rates: RegionalRates | undefined; note: string }> {
  const { region } = cache.clients;
  const { value, origin } = await askedOnceADay(cache, `rates-${region}`, RegionalRates, () =>
    readRates(cache),
  );
  const otherwise = value === undefined ? '; those of us-east-1 are used' : '';
  return { rates: value, note: `Prices of disks and of EMR Serverless in ${region}: ${origin}${otherwise}.` };
}

/** Ends of usage types: what stands before them names the region. */
const GP3 = 'EBS:VolumeUsage.gp3';
const SERVERLESS = 'EMR-SERVERLESS';

async function readRates(cache: MarketCache): Promise<RegionalRates> {
  const usd = new Map<string, number>();
  const take = (usagetype: string, usdPerUnit: number) => {
    const kind = [GP3, ...Object.values(KINDS)].find((end) => usagetype.endsWith(end));
    if (kind !== undefined) usd.set(kind, Math.max(usdPerUnit, usd.get(kind) ?? 0));
  };
  await eachProduct(
    cache,
    { serviceCode: 'AmazonEC2', filters: { productFamily: 'Storage', volumeApiName: 'gp3' } },
    ({ usagetype }, usdPerUnit) => take(usagetype, usdPerUnit),
  );
  await eachProduct(
    cache,
    { serviceCode: 'ElasticMapReduce', filters: {}, contains: { usagetype: SERVERLESS } },
    ({ usagetype }, usdPerUnit) => take(usagetype, usdPerUnit),
  );
  const gp3 = usd.get(GP3);
  if (gp3 === undefined) {
    throw new ServiceUnavailableError(
      'pricing:GetProducts: the list of AmazonEC2 has no price of gp3 volumes.',
    );
  }
  const serverless = z
    .record(z.enum(['vcpu', 'gib', 'armVcpu', 'armGib', 'storage']), z.number().positive())
    .safeParse(Object.fromEntries(Object.entries(KINDS).map(([name, end]) => [name, usd.get(end)])));
  if (!serverless.success) return { gp3UsdPerGibMonth: gp3 };
  const { vcpu, gib, armVcpu, armGib, storage } = serverless.data;
  return {
    gp3UsdPerGibMonth: gp3,
    serverless: {
      x86_64: { usdPerVcpuHour: vcpu, usdPerGibHour: gib },
      arm64: { usdPerVcpuHour: armVcpu, usdPerGibHour: armGib },
      usdPerStorageGibHour: storage,
    },
  };
}

/** How usage types of EMR Serverless end, e.g. `APS1-EMR-SERVERLESS-ARM-vCPUHours`. */
const KINDS = {
  vcpu: `${SERVERLESS}-vCPUHours`,
  gib: `${SERVERLESS}-MemoryGBHours`,
  armVcpu: `${SERVERLESS}-ARM-vCPUHours`,
  armGib: `${SERVERLESS}-ARM-MemoryGBHours`,
  storage: `${SERVERLESS}-StorageGBHours`,
} as const;
