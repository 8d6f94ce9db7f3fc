import type { World } from '../../world/world.ts';

/** A subnet that the account has, for machines and for DescribeSubnets. */
export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidrBlock: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What EC2's operations share. */
export interface Ec2Account {
  readonly accountId: string;
  readonly region: string;
  readonly world: World;
  subnets(): readonly Subnet[];
  zoneId(zone: string): string;
}
