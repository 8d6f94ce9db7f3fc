import { DescribeSpotPriceHistoryCommand } from '@aws-sdk/client-ec2';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeClusterCommand, RunJobFlowCommand } from '@aws-sdk/client-emr';
import { describe, expect, it } from 'vitest';
import { answering, openForTest, TRANSPORTS } from './sdk-clients.ts';

const at = new Date('2026-01-04T12:30:00.000Z');
describe.each(TRANSPORTS)('an SDK client over %s', (transport) => {
  const open = (...services: ReturnType<typeof answering>[]) => openForTest(transport, services);

  it('runs a job flow and sees its cluster with dates', async () => {
    const emr = answering('emr', {
      RunJobFlow: () => ({
        JobFlowId: 'j-1',
        ClusterArn: 'arn:aws:elasticmapreduce:us-east-1:123456789012:cluster/j-1',
      }),
      DescribeCluster: () => ({
        Cluster: { Id: 'j-1', Status: { State: 'STARTING', Timeline: { CreationDateTime: at } } },
      }),
    });
    const { kernel, clients } = await open(emr);
    const input = {
      Name: 'n',
      Instances: {
        KeepJobFlowAliveWhenNoSteps: false,
        InstanceFleets: [{ InstanceFleetType: 'CORE' as const, TargetSpotCapacity: 4 }],
      },
      Steps: [{ Name: 's', HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit'] } }],
    };
    const { JobFlowId } = await kernel.settle(() => clients.emr.send(new RunJobFlowCommand(input)));
    expect(JobFlowId).toBe('j-1');
    expect(emr.inputs[0]).toEqual(input);
    const described = await kernel.settle(() =>
      clients.emr.send(new DescribeClusterCommand({ ClusterId: 'j-1' })),
    );
    expect(described.Cluster?.Status?.Timeline?.CreationDateTime).toEqual(at);
  });

  it('asks for spot prices with lists, filters and times', async () => {
    const ec2 = answering('ec2', {
      DescribeSpotPriceHistory: () => ({
        NextToken: '',
        SpotPriceHistory: [
          {
            InstanceType: 'm5.xlarge',
            AvailabilityZone: 'us-east-1a',
            SpotPrice: '0.07',
            Timestamp: at,
            ProductDescription: 'Linux/UNIX',
          },
          {
            InstanceType: 'm5.2xlarge',
            AvailabilityZone: 'us-east-1b',
            SpotPrice: '0.14',
            Timestamp: at,
            ProductDescription: 'Linux/UNIX',
          },
        ],
      }),
    });
    const { kernel, clients } = await open(ec2);
    const input = {
      InstanceTypes: ['m5.xlarge' as const, 'm5.2xlarge' as const],
      ProductDescriptions: ['Linux/UNIX'],
      StartTime: at,
      MaxResults: 100,
      Filters: [{ Name: 'availability-zone', Values: ['us-east-1a', 'us-east-1b'] }],
    };
    const { SpotPriceHistory } = await kernel.settle(() =>
      clients.ec2.send(new DescribeSpotPriceHistoryCommand(input)),
    );
    expect(ec2.inputs[0]).toEqual(input);
    expect(SpotPriceHistory).toHaveLength(2);
    expect(SpotPriceHistory?.[1]).toMatchObject({ SpotPrice: '0.14', Timestamp: at });
  });

  it('keeps items of every attribute type', async () => {
    const item = {
      pk: { S: 'a' },
      n: { N: '12.5' },
      b: { B: new Uint8Array([1, 2, 3]) },
      m: { M: { l: { L: [{ BOOL: true }, { NULL: true }] } } },
      ss: { SS: ['x', 'y'] },
    };
    const dynamodb = answering('dynamodb', { PutItem: () => ({}), GetItem: () => ({ Item: item }) });
    const { kernel, clients } = await open(dynamodb);
    await kernel.settle(() => clients.dynamodb.send(new PutItemCommand({ TableName: 't', Item: item })));
    expect(dynamodb.inputs[0]).toEqual({ TableName: 't', Item: item });
    const got = await kernel.settle(() =>
      clients.dynamodb.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })),
    );
    expect(got.Item).toEqual(item);
  });
});
