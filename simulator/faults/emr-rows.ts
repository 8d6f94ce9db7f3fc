import * as z from 'zod';
import { minutes, OF_CLUSTER, row, share } from './row.ts';

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
  'fleet-timeout': row(
    OF_FLEET,
    {},
    "A fleet's capacity cannot be had within its time-out, and the cluster is terminated.",
    'StateChangeReason INSTANCE_FLEET_TIMEOUT; ErrorDetails INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ with instance-type and availability-zone',
  ),
  'bootstrap-failure': row(
    OF_CLUSTER,
    {},
    'A bootstrap action fails on the primary node.',
    'StateChangeReason BOOTSTRAP_FAILURE; ErrorDetails BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE with primary-instance-id',
  ),
  'instance-failure': row(
    OF_FLEET,
    { minutes: minutes(3, 'after the cluster is ready') },
    'A node of the fleet fails. The primary takes the cluster with it; others are replaced.',
    'node TERMINATED with INSTANCE_FAILURE; of the primary, StateChangeReason INSTANCE_FAILURE; MRLostNodes',
  ),
  'progress-report': row(
    OF_CLUSTER,
    {
      form: z
        .enum(['missing', 'dies', 'late', 'backwards', 'clock-ahead', 'clock-behind'])
        .default('dies')
        .describe(
          'never a report; none, or only a third of what is done, from so many minutes after the cluster is ready on; each so many minutes late; a clock so many minutes off',
        ),
      minutes: minutes(20, 'of the form'),
    },
    'What the cluster reports of its progress is missing, late or wrong. Late and misdated reports begin five minutes after the cluster is ready.',
    'item PROGRESS#<cluster> NEWEST of the ledger: absent, reportedAt old or ahead, workDone lower than before; metric WorkDonePercent absent where no report is sent',
  ),
  'vcpu-quota': row(
    OF_CLUSTER,
    {},
    "RunJobFlow is accepted; then EC2 refuses the machines because the account's vCPU quota is used up.",
    "StateChangeReason VALIDATION_ERROR before any machine ran; ErrorDetails with EC2's own code VcpuLimitExceeded, since EMR publishes none",
  ),
  network: row(
    OF_CLUSTER,
    {
      form: z
        .enum(['no-free-addresses', 'subnets-of-two-vpcs'])
        .default('no-free-addresses')
        .describe('what is wrong with the subnets'),
    },
    'RunJobFlow is accepted; then the subnet has no free addresses, or the subnets are not of one VPC.',
    "StateChangeReason VALIDATION_ERROR before any machine ran; ErrorDetails VALIDATION_ERROR_SUBNET_NOT_FROM_ONE_VPC, or EC2's own code InsufficientFreeAddressesInSubnet, since EMR publishes none",
  ),
  'stuck-resize': row(
    OF_FLEET,
    {},
    'A resize gets nothing until its time-out; later resizes of the fleet queue behind it.',
    'fleet RESIZING, provisioned below target',
  ),
  'node-disk-full': row(
    OF_CLUSTER,
    {
      minutes: minutes(5, 'after the cluster is ready'),
      share: share(0.5, 'of the core nodes; 1 takes all and with them the cluster'),
    },
    'Disks of core nodes fill up, and YARN takes no more work on them; if all do, the cluster ends.',
    'MRUnhealthyNodes at least 1; of all core nodes, StateChangeReason INSTANCE_FAILURE',
  ),
  'hdfs-full': row(
    OF_CLUSTER,
    {
      minutes: minutes(5, 'after the cluster is ready'),
      missingBlocks: z.number().int().min(0).default(0).describe('blocks that no node holds any more'),
    },
    "The cluster's HDFS is full, and blocks are missing if so told. Work on S3 goes on.",
    'HDFSUtilization 98, MissingBlocks, CorruptBlocks',
  ),
  'idle-cluster': row(
    OF_CLUSTER,
    {},
    'The cluster is ready and its steps never begin; only its auto-termination policy or a request ends it.',
    'state WAITING, steps PENDING, IsIdle 1',
  ),
  'slow-termination': row(
    OF_CLUSTER,
    { minutes: minutes(20, 'from the request to the end') },
    'A cluster takes long to terminate, and costs until then.',
    'state TERMINATING',
  ),
} as const;
