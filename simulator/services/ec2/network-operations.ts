import * as z from 'zod';
import { AwsFailure, operation, type Operation } from '../../contracts.ts';
import type { Instance } from '../../world/instances.ts';
import { ignored, known } from '../known.ts';
import type { Ec2Account, Subnet } from './account.ts';
import { Filters, passes } from './filters.ts';
import { page } from './paging.ts';

const InstancesInput = z.strictObject({
  DryRun: ignored,
  InstanceIds: z.array(z.string()).default([]),
  Filters,
  MaxResults: z.number().int().min(5).max(1000).default(1000),
  NextToken: z.string().optional(),
});
const SubnetsInput = z.strictObject({
  DryRun: ignored,
  SubnetIds: z.array(z.string()).default([]),
  Filters,
  MaxResults: z.number().int().min(5).max(1000).default(1000),
  NextToken: z.string().optional(),
});
const ZonesInput = z.strictObject({
  DryRun: ignored,
  ZoneNames: z.array(z.string()).default([]),
  ZoneIds: z.array(z.string()).default([]),
  AllAvailabilityZones: ignored,
  Filters,
});

/** What EC2 tells of machines, subnets and zones. */
export function networkOperations(account: Ec2Account): Record<string, Operation> {
  return {
    DescribeInstances: operation(known('ec2 DescribeInstances', InstancesInput), {
      permissions: () => [{ action: 'ec2:DescribeInstances', resource: '*' }],
      run: (input) => describeInstances(account, input),
    }),
    DescribeSubnets: operation(known('ec2 DescribeSubnets', SubnetsInput), {
      permissions: () => [{ action: 'ec2:DescribeSubnets', resource: '*' }],
      run: (input) => describeSubnets(account, input),
    }),
    DescribeAvailabilityZones: operation(known('ec2 DescribeAvailabilityZones', ZonesInput), {
      permissions: () => [{ action: 'ec2:DescribeAvailabilityZones', resource: '*' }],
      run: (input) => describeZones(account, input),
    }),
  };
}

function describeInstances(account: Ec2Account, input: z.output<typeof InstancesInput>): unknown {
  const { instances } = account.world;
  const strange = input.InstanceIds.filter((id) => instances.byId(id) === undefined);
  if (strange.length > 0) {
    throw new AwsFailure(
      'InvalidInstanceID.NotFound',
      `The instance IDs '${strange.join(', ')}' do not exist`,
    );
  }
  const all =
    input.InstanceIds.length === 0
      ? [...instances.all()]
      : input.InstanceIds.flatMap((id) => instances.byId(id) ?? []);
  const matching = all.filter((instance) =>
    passes('DescribeInstances', input.Filters, (name) => instanceFilterValues(instance, name)),
  );
  const { items, next } = page(matching, input.NextToken, input.MaxResults);
  const reservations = items.map((instance) => ({
    ReservationId: instance.ec2Id.replace('i-', 'r-'),
    OwnerId: account.accountId,
    Groups: [],
    Instances: [instanceView(instance)],
  }));
  return { Reservations: reservations, ...next };
}

function instanceFilterValues(instance: Instance, name: string): readonly string[] | undefined {
  if (name.startsWith('tag:')) {
    const value = instance.tags[name.slice('tag:'.length)];
    return value === undefined ? [] : [value];
  }
  const values: Readonly<Record<string, readonly string[]>> = {
    'instance-id': [instance.ec2Id],
    'instance-type': [instance.type.name],
    'instance-state-name': [stateOf(instance).Name],
    'availability-zone': [instance.zone],
    'subnet-id': [instance.subnetId],
    'instance-lifecycle': instance.purchase === 'spot' ? ['spot'] : [],
    'tag-key': Object.keys(instance.tags),
  };
  return values[name];
}

function stateOf(instance: Instance): { Code: number; Name: string } {
  if (instance.endedMs !== null) return { Code: 48, Name: 'terminated' };
  return instance.launchedMs === null ? { Code: 0, Name: 'pending' } : { Code: 16, Name: 'running' };
}

function instanceView(instance: Instance): unknown {
  return {
    InstanceId: instance.ec2Id,
    InstanceType: instance.type.name,
    Architecture: instance.type.architecture,
    State: stateOf(instance),
    LaunchTime: new Date(instance.launchedMs ?? instance.requestedMs),
    Placement: { AvailabilityZone: instance.zone, Tenancy: 'default' },
    PrivateIpAddress: instance.privateIp,
    PrivateDnsName: `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`,
    SubnetId: instance.subnetId,
    ...(instance.purchase === 'spot' ? { InstanceLifecycle: 'spot' } : {}),
    Tags: tagList(instance.tags),
  };
}

function describeSubnets(account: Ec2Account, input: z.output<typeof SubnetsInput>): unknown {
  const all = account.subnets();
  const strange = input.SubnetIds.find((id) => !all.some((subnet) => subnet.subnetId === id));
  if (strange !== undefined) {
    throw new AwsFailure('InvalidSubnetID.NotFound', `The subnet ID '${strange}' does not exist`);
  }
  const matching = all
    .filter((subnet) => input.SubnetIds.length === 0 || input.SubnetIds.includes(subnet.subnetId))
    .filter((subnet) => passes('DescribeSubnets', input.Filters, (name) => subnetFilterValues(subnet, name)));
  const { items, next } = page(matching, input.NextToken, input.MaxResults);
  return { Subnets: items.map((subnet) => subnetView(account, subnet)), ...next };
}

function subnetFilterValues(subnet: Subnet, name: string): readonly string[] | undefined {
  if (name.startsWith('tag:')) {
    const value = subnet.tags[name.slice('tag:'.length)];
    return value === undefined ? [] : [value];
  }
  const values: Readonly<Record<string, readonly string[]>> = {
    'subnet-id': [subnet.subnetId],
    'vpc-id': [subnet.vpcId],
    'availability-zone': [subnet.zone],
    'tag-key': Object.keys(subnet.tags),
  };
  return values[name];
}

function subnetView(account: Ec2Account, subnet: Subnet): unknown {
  const living = [...account.world.instances.all()].filter(
    (instance) => instance.endedMs === null && instance.subnetId === subnet.subnetId,
  );
  const addresses = 2 ** (32 - Number(subnet.cidrBlock.split('/')[1] ?? 24));
  return {
    SubnetId: subnet.subnetId,
    SubnetArn: `arn:aws:ec2:${account.region}:${account.accountId}:subnet/${subnet.subnetId}`,
    VpcId: subnet.vpcId,
    State: 'available',
    CidrBlock: subnet.cidrBlock,
    // EC2 keeps five addresses of each subnet for itself
    AvailableIpAddressCount: Math.max(0, addresses - 5 - living.length),
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: account.zoneId(subnet.zone),
    OwnerId: account.accountId,
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
    Tags: tagList(subnet.tags),
  };
}

function describeZones(account: Ec2Account, input: z.output<typeof ZonesInput>): unknown {
  const zones = account.world.market.zones
    .filter((zone) => input.ZoneNames.length === 0 || input.ZoneNames.includes(zone))
    .filter((zone) => input.ZoneIds.length === 0 || input.ZoneIds.includes(account.zoneId(zone)))
    .filter((zone) =>
      passes('DescribeAvailabilityZones', input.Filters, (name) => {
        const values: Readonly<Record<string, string>> = {
          'zone-name': zone,
          'zone-id': account.zoneId(zone),
          'region-name': account.region,
          'zone-type': 'availability-zone',
          state: 'available',
          'opt-in-status': 'opt-in-not-required',
        };
        const value = values[name];
        return value === undefined ? undefined : [value];
      }),
    );
  return {
    AvailabilityZones: zones.map((zone) => ({
      ZoneName: zone,
      ZoneId: account.zoneId(zone),
      RegionName: account.region,
      GroupName: account.region,
      NetworkBorderGroup: account.region,
      ZoneType: 'availability-zone',
      State: 'available',
      OptInStatus: 'opt-in-not-required',
      Messages: [],
    })),
  };
}

function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
