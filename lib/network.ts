import { Fn, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';
import { EMR_TAG } from './emr-tag.ts';
import { acknowledgeWildcards } from './grants.ts';
import { SecurityGroups } from './security-groups.ts';

const ZONES = 3;
const SUBNET_MASK = 20;

interface NetworkProps {
  readonly existing?: Settings['network'];
  /** zones of a network to create @default the region's first three */
  readonly zones?: Settings['zones'];
  readonly logRetentionDays: number;
  /** an interface endpoint for KMS: for nodes that read and write with a customer's key */
  readonly withKms: boolean;
}

interface PlacedSubnet {
  readonly id: string;
  readonly zone: string;
}

/**
 * Where clusters live: the team's VPC and private subnets, or a VPC of our own with one isolated subnet per
 * zone, no way to the internet, and endpoints for what nodes call.
 */
export class Network extends Construct {
  readonly subnets: readonly PlacedSubnet[];
  /** ids */
  readonly securityGroups: { readonly primary: string; readonly worker: string; readonly service: string };

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const created = props.existing === undefined ? this.createVpc(props) : undefined;
    this.subnets = created === undefined ? (props.existing?.subnets ?? []) : placesOf(created);
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Place', {
      vpcId: created?.vpcId ?? props.existing?.vpcId ?? '',
      availabilityZones: this.subnets.map(({ zone }) => zone),
    });
    this.securityGroups =
      props.existing?.securityGroups ?? new SecurityGroups(this, 'SecurityGroups', { vpc }).ids;
    if (created !== undefined) this.addEndpoints(created, vpc, props.withKms);
  }

  /** JSON: zone of each subnet. */
  get zonesBySubnet(): string {
    return `{${this.subnets.map(({ id, zone }) => `"${id}":"${zone}"`).join(',')}}`;
  }

  private createVpc(props: NetworkProps): ec2.Vpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.128.0.0/16'),
      availabilityZones: [...(props.zones ?? firstZones())],
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Cluster', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: SUBNET_MASK },
      ],
      // Emptying the default group would take a custom resource that runs code. Nothing is ever put into it.
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: {
        S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    Tags.of(vpc).add(EMR_TAG.key, EMR_TAG.value);
    this.addFlowLog(vpc, props.logRetentionDays);
    return vpc;
  }

  private addFlowLog(vpc: ec2.Vpc, retention: number): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new iam.Role(this, 'FlowLogRole', {
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com'),
    });
    acknowledgeWildcards(role, [logGroup.logGroupArn], 'Log streams of one group.');
    vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup, role),
      trafficType: ec2.FlowLogTrafficType.REJECT,
    });
  }

  private addEndpoints(created: ec2.Vpc, vpc: ec2.IVpc, withKms: boolean): void {
    const services: Record<string, ec2.InterfaceVpcEndpointAwsService> = {
      Emr: ec2.InterfaceVpcEndpointAwsService.EMR,
      CloudWatch: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
      ...(withKms ? { Kms: ec2.InterfaceVpcEndpointAwsService.KMS } : {}),
    };
    const nodes = [this.securityGroups.primary, this.securityGroups.worker];
    const securityGroup = new ec2.SecurityGroup(this, 'Endpoints', {
      vpc,
      description: 'AWS APIs that cluster nodes call',
      allowAllOutbound: false,
    });
    for (const node of nodes) {
      securityGroup.addIngressRule(
        ec2.Peer.securityGroupId(node),
        ec2.Port.tcp(443),
        'TLS from cluster nodes',
      );
    }
    for (const [name, service] of Object.entries(services)) {
      created.addInterfaceEndpoint(name, { service, securityGroups: [securityGroup], open: false });
    }
  }
}

function placesOf(vpc: ec2.Vpc): PlacedSubnet[] {
  return vpc.isolatedSubnets.map((subnet) => ({ id: subnet.subnetId, zone: subnet.availabilityZone }));
}

/** Unknown until deployment: the template asks the region it lands in. */
function firstZones(): string[] {
  return Array.from({ length: ZONES }, (_, i) => Fn.select(i, Fn.getAzs()));
}
