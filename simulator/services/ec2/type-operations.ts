import * as z from 'zod';
import type { InstanceType } from '../../../core/contracts/market.ts';
import { CATALOGUE, instanceTypeByName } from '../../../core/market/catalogue.ts';
import { AwsFailure, operation, type Operation } from '../../contracts.ts';
import { ignored, known } from '../known.ts';
import type { Ec2Account } from './account.ts';
import { Filters, passes } from './filters.ts';
import { page } from './paging.ts';

const TypesInput = z.strictObject({
  DryRun: ignored,
  InstanceTypes: z.array(z.string()).max(100).default([]),
  Filters,
  MaxResults: z.number().int().min(5).max(100).default(100),
  NextToken: z.string().optional(),
});
const OfferingsInput = z.strictObject({
  DryRun: ignored,
  LocationType: z.enum(['region', 'availability-zone', 'availability-zone-id']).default('region'),
  Filters,
  MaxResults: z.number().int().min(5).max(1000).default(1000),
  NextToken: z.string().optional(),
});

/** What EC2 tells of instance types. A type is offered in every zone that the world names no gap for. */
export function typeOperations(account: Ec2Account): Record<string, Operation> {
  return {
    DescribeInstanceTypes: operation(known('ec2 DescribeInstanceTypes', TypesInput), {
      permissions: () => [{ action: 'ec2:DescribeInstanceTypes', resource: '*' }],
      run: describeTypes,
    }),
    DescribeInstanceTypeOfferings: operation(known('ec2 DescribeInstanceTypeOfferings', OfferingsInput), {
      permissions: () => [{ action: 'ec2:DescribeInstanceTypeOfferings', resource: '*' }],
      run: (input) => describeOfferings(account, input),
    }),
  };
}

function describeTypes(input: z.output<typeof TypesInput>): unknown {
  const strange = input.InstanceTypes.filter((name) => instanceTypeByName(name) === undefined);
  if (strange.length > 0) {
    throw new AwsFailure(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${strange.join(', ')}]`,
    );
  }
  const types =
    input.InstanceTypes.length === 0
      ? CATALOGUE
      : input.InstanceTypes.flatMap((name) => instanceTypeByName(name) ?? []);
  const matching = types.filter((type) =>
    passes('DescribeInstanceTypes', input.Filters, (name) => filterValues(type, name)),
  );
  const { items, next } = page(matching, input.NextToken, input.MaxResults);
  return { InstanceTypes: items.map(typeView), ...next };
}

function filterValues(type: InstanceType, name: string): readonly string[] | undefined {
  const values: Readonly<Record<string, string>> = {
    'instance-type': type.name,
    'processor-info.supported-architecture': type.architecture,
    'supported-usage-class': 'spot',
    'current-generation': 'true',
    'bare-metal': 'false',
    'instance-storage-supported': String(type.nvmeGb > 0),
    'vcpu-info.default-vcpus': String(type.vcpus),
    'memory-info.size-in-mib': String(type.memoryMib),
  };
  if (name === 'supported-usage-class') return ['on-demand', 'spot'];
  const value = values[name];
  return value === undefined ? undefined : [value];
}

function typeView(type: InstanceType): unknown {
  return {
    InstanceType: type.name,
    CurrentGeneration: true,
    FreeTierEligible: false,
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: false,
    Hypervisor: 'nitro',
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: { DefaultVCpus: type.vcpus },
    MemoryInfo: { SizeInMiB: type.memoryMib },
    InstanceStorageSupported: type.nvmeGb > 0,
    ...(type.nvmeGb > 0
      ? { InstanceStorageInfo: { TotalSizeInGB: type.nvmeGb, NvmeSupport: 'required' } }
      : {}),
    EbsInfo: {
      EbsOptimizedSupport: 'default',
      EbsOptimizedInfo: { BaselineBandwidthInMbps: type.ebsMbps, MaximumBandwidthInMbps: type.ebsMbps },
    },
    NetworkInfo: {
      NetworkPerformance: `${type.networkMbps / 1000} Gigabit`,
      NetworkCards: [
        {
          NetworkCardIndex: 0,
          NetworkPerformance: `${type.networkMbps / 1000} Gigabit`,
          BaselineBandwidthInGbps: type.networkMbps / 1000,
          PeakBandwidthInGbps: type.networkMbps / 1000,
        },
      ],
    },
    ...(type.gpus > 0 ? { GpuInfo: { Gpus: [{ Count: type.gpus }] } } : {}),
  };
}

function describeOfferings(account: Ec2Account, input: z.output<typeof OfferingsInput>): unknown {
  const { market } = account.world;
  const locationsOf = (type: InstanceType) => {
    const zones = market.zones.filter((zone) => market.offers(type, zone));
    return {
      region: zones.length > 0 ? [account.region] : [],
      'availability-zone': zones,
      'availability-zone-id': zones.map((zone) => account.zoneId(zone)),
    }[input.LocationType];
  };
  const offerings = CATALOGUE.flatMap((type) =>
    locationsOf(type).map((location) => ({ type: type.name, location })),
  ).filter(({ type, location }) =>
    passes('DescribeInstanceTypeOfferings', input.Filters, (name) => {
      const values: Readonly<Record<string, string>> = { 'instance-type': type, location };
      const value = values[name];
      return value === undefined ? undefined : [value];
    }),
  );
  const { items, next } = page(offerings, input.NextToken, input.MaxResults);
  return {
    InstanceTypeOfferings: items.map(({ type, location }) => ({
      InstanceType: type,
      LocationType: input.LocationType,
      Location: location,
    })),
    ...next,
  };
}
