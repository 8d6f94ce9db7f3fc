/** Network, keys, log groups and alarms: things that exist, have names, and do nothing here but be referred to. */
import { AwsFailure, type Kernel, type ResourceHandler } from '../contracts.ts';
import type { AccessControl } from '../kernel/iam/access-control.ts';
import { physicalName, randomText, uuid } from '../services/names.ts';

export interface Subnet {
  readonly id: string;
  readonly zone: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The account's network, as EC2 and EMR need to know it. */
export interface Network {
  readonly subnets: Map<string, Subnet>;
  readonly securityGroups: Map<
    string,
    { readonly id: string; readonly vpcId: string; readonly tags: Readonly<Record<string, string>> }
  >;
}

export function createNetwork(): Network {
  return { subnets: new Map(), securityGroups: new Map() };
}

type Properties = Readonly<Record<string, unknown>>;

/** Types that are only referred to by an id of their own. */
const NAMED_BY_ID: Readonly<Record<string, string>> = {
  'AWS::EC2::RouteTable': 'rtb',
  'AWS::EC2::SubnetRouteTableAssociation': 'rtbassoc',
  'AWS::EC2::Route': 'r',
  'AWS::EC2::InternetGateway': 'igw',
  'AWS::EC2::VPCGatewayAttachment': 'igwattach',
  'AWS::EC2::EIP': 'eipalloc',
  'AWS::EC2::NatGateway': 'nat',
  'AWS::EC2::VPCEndpoint': 'vpce',
  'AWS::EC2::FlowLog': 'fl',
  'AWS::EC2::SecurityGroupIngress': 'sgr',
  'AWS::EC2::SecurityGroupEgress': 'sgr',
  'AWS::CDK::Metadata': 'metadata',
};

/** Handlers for the ground that an application stands on. */
export function groundResources(
  network: Network,
  access: AccessControl,
): Readonly<Record<string, ResourceHandler>> {
  const byId = Object.entries(NAMED_BY_ID).map(([type, prefix]): [string, ResourceHandler] => [
    type,
    (logicalId, _properties, kernel) => {
      const id = idOf(kernel, prefix, logicalId);
      return { ref: id, attributes: { Id: id, AllocationId: id, RouteTableId: id, NatGatewayId: id } };
    },
  ]);
  return {
    ...Object.fromEntries(byId),
    ...networkResources(network),
    ...keyResources(access),
    ...LOG_RESOURCES,
    ...ALARM_RESOURCES,
  };
}

function networkResources(network: Network): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::EC2::VPC'(logicalId, properties, kernel) {
      const id = idOf(kernel, 'vpc', logicalId);
      return {
        ref: id,
        attributes: {
          VpcId: id,
          CidrBlock: textOf(properties, 'CidrBlock'),
          DefaultSecurityGroup: idOf(kernel, 'sg', `${logicalId}/default`),
          DefaultNetworkAcl: idOf(kernel, 'acl', `${logicalId}/default`),
        },
      };
    },
    'AWS::EC2::Subnet'(logicalId, properties, kernel) {
      const id = idOf(kernel, 'subnet', logicalId);
      const zone = textOf(properties, 'AvailabilityZone');
      const vpcId = textOf(properties, 'VpcId');
      network.subnets.set(id, {
        id,
        zone,
        vpcId,
        cidrBlock: textOf(properties, 'CidrBlock'),
        tags: tagsOf(properties),
      });
      return { ref: id, attributes: { SubnetId: id, AvailabilityZone: zone, VpcId: vpcId } };
    },
    'AWS::EC2::SecurityGroup'(logicalId, properties, kernel) {
      const id = idOf(kernel, 'sg', logicalId);
      const vpcId = textOf(properties, 'VpcId');
      network.securityGroups.set(id, { id, vpcId, tags: tagsOf(properties) });
      return { ref: id, attributes: { GroupId: id, Id: id, VpcId: vpcId } };
    },
  };
}

function keyResources(access: AccessControl): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::KMS::Key'(logicalId, properties, kernel) {
      const keyId = uuid(kernel.random(`kms:${logicalId}`));
      const arn = `arn:aws:kms:${kernel.region}:${kernel.accountId}:key/${keyId}`;
      access.addResourcePolicy(arn, properties['KeyPolicy']);
      return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
    },
    'AWS::KMS::Alias': (_logicalId, properties) => {
      const name = textOf(properties, 'AliasName');
      return { ref: name, attributes: {} };
    },
  };
}

const LOG_RESOURCES: Readonly<Record<string, ResourceHandler>> = {
  'AWS::Logs::LogGroup'(logicalId, properties, kernel) {
    const given = properties['LogGroupName'];
    const name = typeof given === 'string' ? given : physicalName(kernel, logicalId, 128);
    return {
      ref: name,
      attributes: { Arn: `arn:aws:logs:${kernel.region}:${kernel.accountId}:log-group:${name}:*` },
    };
  },
  'AWS::Logs::ResourcePolicy': (_logicalId, properties) => ({
    ref: textOf(properties, 'PolicyName'),
    attributes: {},
  }),
};

/** Alarms exist, but nothing evaluates them: a simulation tells of dead letters by its trace. */
const alarmNamedBy =
  (member: string): ResourceHandler =>
  (logicalId, properties, kernel) => {
    const given = properties[member];
    const name = typeof given === 'string' ? given : physicalName(kernel, logicalId, 255);
    return {
      ref: name,
      attributes: { Arn: `arn:aws:cloudwatch:${kernel.region}:${kernel.accountId}:alarm:${name}` },
    };
  };
const ALARM_RESOURCES: Readonly<Record<string, ResourceHandler>> = {
  'AWS::CloudWatch::Alarm': alarmNamedBy('AlarmName'),
  'AWS::CloudWatch::CompositeAlarm': alarmNamedBy('AlarmName'),
};

function idOf(kernel: Kernel, prefix: string, logicalId: string): string {
  return `${prefix}-0${randomText(kernel.random(`id:${logicalId}`), '0123456789abcdef', 16)}`;
}

function textOf(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value === 'string') return value;
  throw new AwsFailure('ValidationError', `Property ${name} must be a text`);
}

function tagsOf(properties: Properties): Record<string, string> {
  const tags: Record<string, string> = {};
  const listed = properties['Tags'];
  for (const tag of Array.isArray(listed) ? listed : []) {
    if (typeof tag !== 'object' || tag === null) continue;
    const key: unknown = Reflect.get(tag, 'Key');
    if (typeof key === 'string') tags[key] = String(Reflect.get(tag, 'Value'));
  }
  return tags;
}
