import type { Kernel } from '../../contracts.ts';
import { MS_PER_MINUTE } from '../../world/draws.ts';
import type { Instance } from '../../world/instances.ts';
import { faultSubject, hasEnded, type ClusterRecord, type Fleet } from './model.ts';

type ClusterError = ClusterRecord['errors'][number];

/** What is wrong with a cluster's disks, as its metrics show it. */
export interface ClusterDamage {
  unhealthyNodes: number;
  /** null: as usual */
  hdfsUtilisationPercent: number | null;
  missingBlocks: number;
}
export const NO_DAMAGE: Readonly<ClusterDamage> = {
  unhealthyNodes: 0,
  hdfsUtilisationPercent: null,
  missingBlocks: 0,
};
const FULL_PERCENT = 98;

/** The part of a cluster's life that a fault can change. */
interface Breakable {
  readonly cluster: ClusterRecord;
  fail(instance: Instance): void;
  takeOutOfService(instance: Instance): void;
  terminate(code: string, message: string, final: 'TERMINATED_WITH_ERRORS'): void;
}

/** Why EC2 refuses a cluster's machines, if a scenario wants it: the error that EMR will show. */
export function refusedByEc2(kernel: Kernel, cluster: ClusterRecord): ClusterError | undefined {
  const subject = faultSubject(cluster);
  if (kernel.fault('vcpu-quota', subject) !== undefined) {
    return { code: 'VcpuLimitExceeded', data: {}, message: 'EC2 QUOTA EXCEEDED' };
  }
  const network = kernel.fault('network', subject);
  if (network === undefined) return undefined;
  if (network.form === 'no-free-addresses') {
    const data = { subnet: cluster.subnetId };
    const message = 'The subnet does not have enough free addresses';
    return { code: 'InsufficientFreeAddressesInSubnet', data, message };
  }
  const data = { subnet: cluster.subnetId, vpc: 'vpc-other' };
  return {
    code: 'VALIDATION_ERROR_SUBNET_NOT_FROM_ONE_VPC',
    data,
    message: 'The subnets are not of one VPC',
  };
}

/** What EMR shows of a bootstrap action that failed on the primary. */
export function bootstrapError({ fleets }: ClusterRecord): ClusterError {
  const primary = fleets.find(({ role }) => role === 'MASTER')?.nodes[0];
  return {
    code: 'BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE',
    data: { 'primary-instance-id': primary?.instance.ec2Id ?? '' },
    message: 'Bootstrap action 1 on the primary returned a non-zero return code',
  };
}

/** Asks, when a cluster is ready, what of it shall break later. */
export function breakLater(kernel: Kernel, run: Breakable, damage: ClusterDamage): void {
  const { cluster } = run;
  const subject = faultSubject(cluster);
  const after = (minutes: number, task: () => void): void => {
    kernel.clock.after(minutes * MS_PER_MINUTE, 'emr machine breaks', () => {
      if (!hasEnded(cluster) && cluster.state !== 'TERMINATING') task();
    });
  };
  for (const fleet of cluster.fleets) {
    const fails = kernel.fault('instance-failure', { ...subject, fleet: fleet.role });
    if (fails === undefined) continue;
    after(fails.minutes, () => {
      const [instance] = runningIn(fleet);
      if (instance !== undefined) run.fail(instance);
    });
  }
  const full = kernel.fault('node-disk-full', subject);
  if (full !== undefined) after(full.minutes, () => fillDisks(run, damage, full.share));
  const hdfs = kernel.fault('hdfs-full', subject);
  if (hdfs === undefined) return;
  after(hdfs.minutes, () => {
    damage.hdfsUtilisationPercent = FULL_PERCENT;
    damage.missingBlocks = hdfs.missingBlocks;
  });
}

function fillDisks(run: Breakable, damage: ClusterDamage, share: number): void {
  const nodes = run.cluster.fleets.filter(({ role }) => role === 'CORE').flatMap(runningIn);
  const full = nodes.slice(0, Math.ceil(nodes.length * share));
  damage.unhealthyNodes += full.length;
  if (full.length === nodes.length)
    run.terminate('INSTANCE_FAILURE', 'NO_SLAVE_LEFT', 'TERMINATED_WITH_ERRORS');
  // the driver's node, which is the first, last: what starts again there finds only sound ones
  else for (const instance of full.reverse()) run.takeOutOfService(instance);
}

function runningIn({ nodes }: Fleet): Instance[] {
  return nodes.filter(({ state }) => state === 'RUNNING').map(({ instance }) => instance);
}
