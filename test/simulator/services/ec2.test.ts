import { describe, expect, test } from 'vitest';
import { clusterRequest, emrAccount, START_MS, type Answer } from './emr-account.ts';

const HOUR_MS = 3_600_000;

describe('EC2', () => {
  test('spot price history can be read page by page, newest first, for the types asked for', async () => {
    const { call } = emrAccount();
    const ask = {
      InstanceTypes: ['m5.xlarge', 'r5.xlarge'],
      ProductDescriptions: ['Linux/UNIX'],
      StartTime: new Date(START_MS - 72 * HOUR_MS),
    };
    const whole = (await call('ec2', 'DescribeSpotPriceHistory', ask)).SpotPriceHistory;
    const pages = [];
    for (let NextToken: string | undefined; NextToken !== '';) {
      const page = await call('ec2', 'DescribeSpotPriceHistory', {
        ...ask,
        MaxResults: 20,
        ...(NextToken ? { NextToken } : {}),
      });
      pages.push(...page.SpotPriceHistory);
      NextToken = page.NextToken;
    }
    expect(pages).toEqual(whole);
    expect(new Set(whole.map((p: Answer) => `${p.InstanceType} ${p.AvailabilityZone}`)).size).toBe(6);
    expect(whole[0].SpotPrice).toMatch(/^\d\.\d{6}$/);
    expect(
      (await call('ec2', 'DescribeSpotPriceHistory', { ...ask, ProductDescriptions: ['Windows'] }))
        .SpotPriceHistory,
    ).toEqual([]);
  });

  test('placement scores lie between 1 and 10, and say little about fewer than three types', async () => {
    const { call } = emrAccount();
    const scores = async (InstanceTypes: string[]) =>
      (
        await call('ec2', 'GetSpotPlacementScores', {
          InstanceTypes,
          TargetCapacity: 100,
          TargetCapacityUnitType: 'vcpu',
          SingleAvailabilityZone: true,
        })
      ).SpotPlacementScores;
    const three = await scores(['m5.xlarge', 'm5a.xlarge', 'm6i.xlarge']);
    expect(three).toHaveLength(3);
    expect(three[0].Score).toBeGreaterThan(1);
    expect(three[0].Score).toBeLessThanOrEqual(10);
    expect((await scores(['m5.xlarge'])).every((s: Answer) => s.Score === 1)).toBe(true);
  });

  test("a warned instance's cluster is found by its tags", async () => {
    const account = emrAccount();
    account.storage.putSparse('s3://example-data/orders/dt=2026-01-04/part-0', 1024 ** 3);
    const { JobFlowId } = await account.call('emr', 'RunJobFlow', clusterRequest());
    await account.pass(6);
    const { Instances } = await account.call('emr', 'ListInstances', {
      ClusterId: JobFlowId,
      InstanceStates: ['RUNNING'],
    });
    const { Reservations } = await account.call('ec2', 'DescribeInstances', {
      InstanceIds: [Instances[0].Ec2InstanceId],
    });
    expect(Reservations[0].Instances[0].Tags).toContainEqual({
      Key: 'aws:elasticmapreduce:job-flow-id',
      Value: JobFlowId,
    });
  });

  test('subnets, zones and types are told; an unknown filter is refused by name', async () => {
    const { call } = emrAccount();
    expect((await call('ec2', 'DescribeSubnets', { SubnetIds: ['subnet-b'] })).Subnets[0]).toMatchObject({
      AvailabilityZone: 'us-east-1b',
      AvailableIpAddressCount: 251,
    });
    expect((await call('ec2', 'DescribeAvailabilityZones', {})).AvailabilityZones).toHaveLength(3);
    expect(
      (await call('ec2', 'DescribeInstanceTypes', { InstanceTypes: ['r5.2xlarge'] })).InstanceTypes[0],
    ).toMatchObject({ VCpuInfo: { DefaultVCpus: 8 }, MemoryInfo: { SizeInMiB: 65_536 } });
    const offered = await call('ec2', 'DescribeInstanceTypeOfferings', {
      LocationType: 'availability-zone',
      Filters: [{ Name: 'instance-type', Values: ['m5.*'] }],
    });
    expect(offered.InstanceTypeOfferings.length % 3).toBe(0);
    await expect(
      call('ec2', 'DescribeSubnets', { Filters: [{ Name: 'outpost-arn', Values: ['x'] }] }),
    ).rejects.toThrow('outpost-arn');
  });
});

describe('the price list', () => {
  test('gives on-demand prices and the EMR fee as nested JSON texts', async () => {
    const { call } = emrAccount();
    const price = async (ServiceCode: string, extra: object[] = []) => {
      const Filters = [
        { Type: 'TERM_MATCH', Field: 'instanceType', Value: 'm5.xlarge' },
        { Type: 'TERM_MATCH', Field: 'regionCode', Value: 'us-east-1' },
        ...extra,
      ];
      const { PriceList } = await call('pricing', 'GetProducts', { ServiceCode, Filters });
      expect(PriceList).toHaveLength(1);
      const [term]: Answer[] = Object.values(JSON.parse(PriceList[0]).terms.OnDemand);
      const [dimension]: Answer[] = Object.values(term.priceDimensions);
      return Number(dimension.pricePerUnit.USD);
    };
    expect(
      await price('AmazonEC2', [{ Type: 'TERM_MATCH', Field: 'operatingSystem', Value: 'Linux' }]),
    ).toBeCloseTo(0.192);
    expect(await price('ElasticMapReduce')).toBeCloseTo(0.048);
  });
});

describe('CloudWatch', () => {
  const Dimensions = [{ Name: 'Job', Value: 'orders' }];
  const query = (Stat: string) => ({
    Id: Stat.toLowerCase(),
    MetricStat: { Metric: { Namespace: 'Own', MetricName: 'Late', Dimensions }, Period: 300, Stat },
  });

  test('values put in one period come back as its statistics', async () => {
    const { call } = emrAccount();
    const MetricData = [1, 2, 6].map((Value) => ({
      MetricName: 'Late',
      Dimensions,
      Value,
      Timestamp: new Date(START_MS + Value * 1000),
    }));
    await call('cloudwatch', 'PutMetricData', { Namespace: 'Own', MetricData });
    const { MetricDataResults } = await call('cloudwatch', 'GetMetricData', {
      MetricDataQueries: ['Average', 'Sum', 'Maximum', 'Minimum', 'SampleCount'].map(query),
      StartTime: new Date(START_MS),
      EndTime: new Date(START_MS + HOUR_MS),
    });
    expect(MetricDataResults.map((r: Answer) => r.Values)).toEqual([[3], [9], [6], [1], [3]]);
    expect((await call('cloudwatch', 'ListMetrics', { Namespace: 'Own' })).Metrics).toEqual([
      { Namespace: 'Own', MetricName: 'Late', Dimensions },
    ]);
  });

  test('metric math is refused, not ignored', async () => {
    const { call } = emrAccount();
    const ask = {
      MetricDataQueries: [{ Id: 'e', Expression: 'm1 * 2' }],
      StartTime: new Date(START_MS),
      EndTime: new Date(START_MS + 1),
    };
    await expect(call('cloudwatch', 'GetMetricData', ask)).rejects.toThrow('Expression');
  });
});
