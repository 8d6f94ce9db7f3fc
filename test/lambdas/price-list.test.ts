import { beforeEach, describe, expect, test } from 'vitest';
import { Market } from '../../core/contracts/market.ts';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { getDocument } from '../../lambdas/aws/documents.ts';
import { handler as surveyMarket } from '../../lambdas/survey-market.ts';
import { marketAccount } from './market-account.ts';
import { exampleJob, EXECUTION, openAccount, START } from './account.ts';

describe('the price list', () => {
  let here: ReturnType<typeof marketAccount>;
  beforeEach(() => {
    here = marketAccount();
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
    const here = marketAccount();
    const { typesByZone } = await here.offerings();
    expect(typesByZone?.['eu-central-1a']).toContain('m7i.xlarge');
    expect(typesByZone?.['eu-central-1b']).not.toContain('m7i.xlarge');
    expect(typesByZone?.['eu-central-1b']).not.toContain('c5.xlarge');
    expect(typesByZone?.['eu-central-1b']).toContain('c5.2xlarge');
    await here.offerings();
    expect(here.count('DescribeInstanceTypeOfferings')).toBe(1);
  });

  test('offer everything when EC2 does not answer, and that is said', async () => {
    const here = marketAccount();
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
