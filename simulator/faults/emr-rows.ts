import { OF_CLUSTER, row, share } from './row.ts';

const OF_FLEET = [...OF_CLUSTER, 'fleet'] as const;

/** EMR clusters and their machines. */
export const EMR_ROWS = {
  reclaim: row(
    [...OF_CLUSTER, 'instanceType', 'zone'],
    {},
    'A pool takes its spot instances back; asked every minute for each pool of a cluster. EMR refills by itself, under the resize time-out.',
    'EC2 Spot Instance Interruption Warning two minutes before; nodes TERMINATED with INSTANCE_FAILURE; MRLostNodes',
  ),
  'insufficient-capacity': row(
    [...OF_FLEET, 'instanceType', 'zone', 'market'],
    {},
    'No capacity for an instance type. EMR goes on trying until a time-out.',
    'event EMR Instance Fleet Provisioning, eventCode `EC2 provisioning - Insufficient Instance Capacity`; fleet PROVISIONING or RESIZING below its target',
  ),
  'partial-fleet': row(
    OF_FLEET,
    { share: share(0.5, 'of the target that can be had') },
    'A fleet gets only part of its target at launch.',
    'ProvisionedSpotCapacity and ProvisionedOnDemandCapacity below the targets',
  ),
  'bootstrap-failure': row(
    OF_CLUSTER,
    {},
    'A bootstrap action fails on the primary node.',
    'StateChangeReason BOOTSTRAP_FAILURE; ErrorDetails BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE with bootstrap-action and primary-instance-id',
  ),
  'stuck-resize': row(
    OF_FLEET,
    {},
    'A resize gets nothing until its time-out; later resizes of the fleet queue behind it.',
    'fleet RESIZING, provisioned below target',
  ),
} as const;
