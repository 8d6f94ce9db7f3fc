import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { openMarketCache } from '../../lambdas/aws/market-cache.ts';
import { listPrices } from '../../lambdas/aws/price-list.ts';
import { placementScores } from '../../lambdas/aws/placement-scores.ts';
import { regionalRates } from '../../lambdas/aws/regional-rates.ts';
import { spotPrices } from '../../lambdas/aws/spot-prices.ts';
import { zoneOfferings } from '../../lambdas/aws/zone-offerings.ts';
import { createClients } from '../../lambdas/runtime/clients.ts';
import { ROOT_ACCESS_KEY_ID } from '../../simulator/kernel/access-keys.ts';
import { createKernel } from '../../simulator/kernel/index.ts';
import { createInProcessRequestHandler } from '../../simulator/protocols/in-process.ts';
import { createEc2Service } from '../../simulator/services/ec2/service.ts';
import { createPricingService } from '../../simulator/services/pricing.ts';
import { createS3Service } from '../../simulator/services/s3/service.ts';
import { readWorldFile } from '../../simulator/world/world-file.ts';
import { createWorld } from '../../simulator/world/world.ts';
import { memoryStorage } from '../simulator/services/emr-account.ts';

const HOUR_MS = 3_600_000;
const WORLD = `
startDate: '2026-01-05'
region: eu-central-1
zones: { eu-central-1a: euc1-az2, eu-central-1b: euc1-az3 }
market:
  onDemandFactor: 1.2
  gp3UsdPerGibMonth: 0.0952
  notOffered: { eu-central-1b: [m7i, c5.xlarge] }
`;

interface HttpRequest {
  headers: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** What a request asks for, in whichever way its protocol tells. */
function operationOf({ headers, query = {}, body }: HttpRequest): string {
  if ('list-type' in query) return 'ListObjectsV2';
  const action = /^Action=(\w+)|&Action=(\w+)/.exec(typeof body === 'string' ? body : '');
  return headers['x-amz-target']?.split('.')[1] ?? action?.[1] ?? action?.[2] ?? 'other';
}

/** One palette's capacity is all but used up. */
const TIGHT = `
  overrides:
    r5: { spotCapacityVcpus: 20 }
    r5a: { spotCapacityVcpus: 20 }
    r6i: { spotCapacityVcpus: 20 }
    r6a: { spotCapacityVcpus: 20 }
`;

/** An account in Frankfurt, where prices are higher and zones have gaps. */
export function marketAccount() {
  const region = 'eu-central-1';
  const kernel = createKernel({ seed: 'prices', startAtMs: Date.parse('2026-01-05T00:00:00Z'), region });
  const world = createWorld(
    kernel,
    readWorldFile(WORLD + TIGHT, 'world.yaml'),
    memoryStorage(),
    () => undefined,
  );
  const s3 = createS3Service(kernel, () => undefined);
  s3.createBucket('documents');
  const ec2 = createEc2Service(kernel, { world, subnets: () => [] });
  kernel.register(s3, ec2, createPricingService(kernel, world.market));
  const calls: string[] = [];
  let failing = '';
  let passing = 0;
  const wire = createInProcessRequestHandler(kernel);
  const requestHandler = {
    handle(request: HttpRequest) {
      const operation = operationOf(request);
      calls.push(operation);
      if (operation === failing && (passing -= 1) < 0)
        throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      return wire.handle(request as never);
    },
  };
  const cacheNow = () =>
    openMarketCache({
      clients: createClients(region, {
        requestHandler,
        credentials: { accessKeyId: ROOT_ACCESS_KEY_ID, secretAccessKey: 'secret' },
      }),
      bucket: 'documents',
      now: () => new Date(kernel.clock.nowMs()),
    });
  return {
    s3,
    count: (operation: string) => calls.filter((name) => name === operation).length,
    /** from now on, or after some calls that still pass */
    fail(operation: string, afterCalls = 0) {
      failing = operation;
      passing = afterCalls;
    },
    now: () => new Date(kernel.clock.nowMs()).toISOString(),
    market: world.market,
    prices: () => kernel.settle(() => listPrices(cacheNow())),
    spot: (types: string[], historyDays: number) =>
      kernel.settle(() =>
        spotPrices(cacheNow(), { types, zones: ['eu-central-1a', 'eu-central-1b'], historyDays }),
      ),
    scores: (types: string[]) =>
      kernel.settle(() =>
        placementScores(
          cacheNow(),
          types.flatMap((name) => instanceTypeByName(name) ?? []),
        ),
      ),
    rates: () => kernel.settle(() => regionalRates(cacheNow())),
    offerings: () => kernel.settle(() => zoneOfferings(cacheNow())),
    pass: (hours: number) => kernel.runUntil(kernel.clock.nowMs() + hours * HOUR_MS),
  };
}
