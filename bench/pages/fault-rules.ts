/**
 * By kind of fault: the rules of which one is its right name. Kinds that are not here are troubles of the control
 * plane's own calls: they need a page when they harm a run, but there is no rule that names them.
 */
export const RULES_OF_FAULT: Readonly<Record<string, readonly string[]>> = {
  reclaim: ['spot-reclaim'],
  'insufficient-capacity': ['insufficient-capacity', 'fleet-timeout', 'resize-stuck'],
  'partial-fleet': ['insufficient-capacity', 'resize-stuck'],
  'fleet-timeout': ['fleet-timeout'],
  'bootstrap-failure': ['bootstrap-failure'],
  'instance-failure': ['instance-failure', 'node-lost'],
  'vcpu-quota': ['vcpu-quota'],
  network: ['network'],
  'stuck-resize': ['resize-stuck'],
  'node-disk-full': ['node-disk-full'],
  'hdfs-full': ['hdfs-full'],
  'step-failure': ['step-failure'],
  'executor-out-of-memory': ['executor-out-of-memory'],
  'driver-out-of-memory': ['driver-out-of-memory'],
  'shuffle-disk-full': ['shuffle-disk-full'],
  'lost-node': ['node-lost', 'instance-failure'],
  's3-slow-down': ['s3-slow-down'],
  'access-denied': ['access-denied'],
  'skew-straggler': ['skew-straggler'],
  starvation: ['starvation'],
  'hung-driver': ['hung-driver'],
  'output-missing': ['output-missing'],
  'bad-data': ['input-bad'],
};

/** Kinds that only measurements show: no event tells of them while they last. */
export const BY_CLOUDWATCH: ReadonlySet<string> = new Set([
  'node-disk-full',
  'hdfs-full',
  'idle-cluster',
  'starvation',
  'hung-driver',
  's3-slow-down',
  'skew-straggler',
]);
