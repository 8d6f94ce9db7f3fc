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

describe('what a region charges whatever the instance', () => {
  test('is read from its price list: disks, and EMR Serverless', async () => {
    const here = marketAccount();
    const { rates, note } = await here.rates();
    expect(rates?.gp3UsdPerGibMonth).toBe(0.0952);
    expect(rates?.serverless?.x86_64.usdPerVcpuHour).toBeCloseTo(0.052624 * 1.2, 6);
    expect(rates?.serverless?.arm64.usdPerGibHour).toBeCloseTo(0.0057785 * 0.8 * 1.2, 6);
    expect(note).toContain('read now');
    const asked = here.count('GetProducts');
    await here.rates();
    expect(here.count('GetProducts')).toBe(asked);
  });

  test('is that of us-east-1 where the list is not to be had, and that is said', async () => {
    const here = marketAccount();
    here.fail('GetProducts');
    const { rates, note } = await here.rates();
    expect(rates).toBeUndefined();
    expect(note).toContain('those of us-east-1 are used');
  });
});

describe('placement scores', () => {
  test('are asked for the kinds that a job may use, by zone id, and again only after hours', async () => {
    const here = marketAccount();
    const { scores, notes } = await here.scores(['m5.xlarge', 'r5.2xlarge', 'm6i.xlarge', 'g5.xlarge']);
    expect(Object.keys(scores).sort()).toEqual(['general-x86_64', 'memory-x86_64']);
    expect(scores['general-x86_64']?.['euc1-az2']).toBeGreaterThan(6);
    expect(scores['memory-x86_64']?.['euc1-az2']).toBeLessThan(3);
    expect(notes).toEqual([]);
    await here.pass(3);
    await here.scores(['m5.xlarge', 'r5.2xlarge']);
    expect(here.count('GetSpotPlacementScores')).toBe(2);
    await here.pass(2);
    await here.scores(['m5.xlarge', 'r5.2xlarge']);
    expect(here.count('GetSpotPlacementScores')).toBe(4);
  });

  test('that are not to be had are said, and nothing else follows', async () => {
    const here = marketAccount();
    here.fail('GetSpotPlacementScores');
    const { scores, notes } = await here.scores(['m5.xlarge']);
    expect(scores).toEqual({});
    expect(notes.join()).toMatch(/Placement scores of general-x86_64: .*could not be read/);
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
    expect(market.typesOfRelease).toBe(job.release);
    expect(market.pools.every(({ storageUsdPerGibMonth }) => storageUsdPerGibMonth === 0.08)).toBe(true);
    expect(market.pools.some(({ placementScore = 0 }) => placementScore > 5)).toBe(true);
    expect(market.serverlessRates?.x86_64.usdPerVcpuHour).toBe(0.052624);
    expect(market.notes.join(' ')).not.toMatch(/catalogue|estimated/);
  });

  test('has only types that EMR supports with the release, and says so when it cannot ask', async () => {
    const job = exampleJob('orders-nightly');
    const capacity = { ...job.capacity, families: ['m5', 'm7g'], architectures: ['x86_64', 'arm64'] };
    const surveyOf = async (release: string) => {
      const here = await openAccount({ jobs: [exampleJob('orders-nightly', { capacity, release })] });
      const admission = await here.invoke(admitRun, { ...START, executionArn: EXECUTION });
      const survey = await here.invoke(surveyMarket, { run: admission.run });
      const documents = { clients: here.ledger.clients, bucket: 'documents' };
      return here.kernel.settle(() => getDocument(documents, survey.market, Market));
    };
    const families = ({ pools }: Market) =>
      [...new Set(pools.map((pool) => pool.instanceType.family))].sort();
    const old = await surveyOf('emr-6.8.0');
    expect(families(old)).toEqual(['m5']);
    expect(old.notes.join(' ')).toMatch(/Types that emr-6\.8\.0 supports in us-east-1: AWS's list, read now/);
    expect(families(await surveyOf('emr-7.9.0'))).toEqual(['m5', 'm7g']);
  });
});
