import { beforeEach, describe, expect, test } from 'vitest';
import { Market } from '../../core/contracts/market.ts';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { getDocument } from '../../lambdas/aws/documents.ts';
import { listPrices } from '../../lambdas/aws/price-list.ts';
import { zoneOfferings } from '../../lambdas/aws/zone-offerings.ts';
import { createClients } from '../../lambdas/runtime/clients.ts';
import { handler as surveyMarket } from '../../lambdas/survey-market.ts';
import { ROOT_ACCESS_KEY_ID } from '../../simulator/kernel/access-keys.ts';
import { createKernel } from '../../simulator/kernel/index.ts';
import { createInProcessRequestHandler } from '../../simulator/protocols/in-process.ts';
import { createEc2Service } from '../../simulator/services/ec2/service.ts';
import { createPricingService } from '../../simulator/services/pricing.ts';
import { createS3Service } from '../../simulator/services/s3/service.ts';
import { readWorldFile } from '../../simulator/world/world-file.ts';
import { createWorld } from '../../simulator/world/world.ts';
import { memoryStorage } from '../simulator/services/emr-account.ts';
import { exampleJob, EXECUTION, openAccount, START } from './account.ts';

const HOUR_MS = 3_600_000;
const WORLD = `
startDate: '2026-01-05'
region: eu-central-1
zones: { eu-central-1a: euc1-az2, eu-central-1b: euc1-az3 }
market:
  onDemandFactor: 1.2
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

/** An account in Frankfurt, where prices are higher and zones have gaps. */
function account() {
  const region = 'eu-central-1';
  const kernel = createKernel({ seed: 'prices', startAtMs: Date.parse('2026-01-05T00:00:00Z'), region });
  const world = createWorld(kernel, readWorldFile(WORLD, 'world.yaml'), memoryStorage(), () => undefined);
  const s3 = createS3Service(kernel, () => undefined);
  s3.createBucket('documents');
  const ec2 = createEc2Service(kernel, { world, subnets: () => [] });
  kernel.register(s3, ec2, createPricingService(kernel, world.market));
  const calls: string[] = [];
  let failing = '';
  const wire = createInProcessRequestHandler(kernel);
  const requestHandler = {
    handle(request: HttpRequest) {
      const operation = operationOf(request);
      calls.push(operation);
      if (operation === failing) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
      return wire.handle(request as never);
    },
  };
  const cacheNow = () => ({
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
    fail: (operation: string) => (failing = operation),
    prices: () => kernel.settle(() => listPrices(cacheNow())),
    offerings: () => kernel.settle(() => zoneOfferings(cacheNow())),
    pass: (hours: number) => kernel.runUntil(kernel.clock.nowMs() + hours * HOUR_MS),
  };
}

describe('the price list', () => {
  let here: ReturnType<typeof account>;
  beforeEach(() => {
    here = account();
  });

  test('has what this region charges, not what us-east-1 does', async () => {
    const { onDemandUsdPerHour, emrFeeUsdPerHour, notes } = await here.prices();
    expect(onDemandUsdPerHour?.['m5.xlarge']).toBeCloseTo(0.192 * 1.2);
    expect(emrFeeUsdPerHour?.['m5.xlarge']).toBeCloseTo(0.058);
    expect(emrFeeUsdPerHour?.['m5a.24xlarge']).toBe(0.27);
    expect(notes).toEqual([
      "On-demand prices of eu-central-1: AWS's list, read now.",
      "EMR fees of eu-central-1: AWS's list, read now.",
    ]);
  });

  test('is asked for once a day, and says its age', async () => {
    const first = await here.prices();
    const asked = here.count('GetProducts');
    await here.pass(5);
    const later = await here.prices();
    expect(here.count('GetProducts')).toBe(asked);
    expect(later.onDemandUsdPerHour).toEqual(first.onDemandUsdPerHour);
    expect(later.notes[0]).toContain("AWS's list, read 5 hours ago");
    await here.pass(20);
    await here.prices();
    expect(here.count('GetProducts')).toBe(2 * asked);
  });

  test('that cannot be had is replaced by the last one, however old, and that is said', async () => {
    const first = await here.prices();
    await here.pass(50);
    here.fail('GetProducts');
    const later = await here.prices();
    expect(later.emrFeeUsdPerHour).toEqual(first.emrFeeUsdPerHour);
    expect(later.notes[1]).toMatch(/could not be read \(\w+\); that of 50 hours ago is used/);
  });

  test('that was never had leaves the catalogue, and that is said', async () => {
    here.fail('GetProducts');
    const { onDemandUsdPerHour, notes } = await here.prices();
    expect(onDemandUsdPerHour).toBeUndefined();
    expect(notes[0]).toMatch(/could not be read \(\w+\); the built-in catalogue's of us-east-1 are used/);
  });

  test('is read anew when what was kept is damaged or cannot be looked for', async () => {
    here.s3.putObject('documents', 'market-cache/emr-fees-eu-central-1.json', '{"fetchedAt": 3');
    expect((await here.prices()).notes[1]).toContain('read now');
    here.fail('ListObjectsV2');
    expect((await here.prices()).notes[1]).toContain('read now');
  });
});

describe('zones', () => {
  test('offer what EC2 says they offer, asked once a day', async () => {
    const here = account();
    const { typesByZone } = await here.offerings();
    expect(typesByZone?.['eu-central-1a']).toContain('m7i.xlarge');
    expect(typesByZone?.['eu-central-1b']).not.toContain('m7i.xlarge');
    expect(typesByZone?.['eu-central-1b']).not.toContain('c5.xlarge');
    expect(typesByZone?.['eu-central-1b']).toContain('c5.2xlarge');
    await here.offerings();
    expect(here.count('DescribeInstanceTypeOfferings')).toBe(1);
  });

  test('offer everything when EC2 does not answer, and that is said', async () => {
    const here = account();
    here.fail('DescribeInstanceTypeOfferings');
    const { typesByZone, note } = await here.offerings();
    expect(typesByZone).toBeUndefined();
    expect(note).toContain('every type counts as offered in every zone');
  });
});

describe('a survey', () => {
  test('has no pool of a type where it is not offered, and fees of the price list', async () => {
    const job = exampleJob('orders-nightly');
    const capacity = { ...job.capacity, families: ['m5', 'm7i'], architectures: ['x86_64'] };
    const here = await openAccount({ jobs: [exampleJob('orders-nightly', { capacity })] });
    const admission = await here.invoke(admitRun, { ...START, executionArn: EXECUTION });
    const survey = await here.invoke(surveyMarket, { run: admission.run });
    const documents = { clients: here.ledger.clients, bucket: 'documents' };
    const market = await here.kernel.settle(() => getDocument(documents, survey.market, Market));
    const zonesOf = (name: string) =>
      market.pools.filter((pool) => pool.instanceType.name === name).map(({ zone }) => zone);
    expect(zonesOf('m5.xlarge')).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    expect(zonesOf('m7i.xlarge')).toEqual(['us-east-1a', 'us-east-1b']);
    expect(market.pools.every(({ emrFeeEstimated }) => !emrFeeEstimated)).toBe(true);
    expect(market.notes.join(' ')).toContain('EC2 does not offer them');
    expect(market.notes.join(' ')).not.toMatch(/catalogue|estimated/);
  });
});
