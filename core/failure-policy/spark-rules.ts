import { OVERRUN_FACTOR } from '../pilot/hung.ts';
import type { FailureRuleInput } from './failure-rule.ts';

/** States of a step that did not end by itself: it still runs, or went with its cluster. */
const STOPPED = ['CANCEL_PENDING', 'CANCELLED', 'INTERRUPTED', 'RUNNING'];
/** Signals by which YARN and the kernel kill, Spark's own code for memory, YARN's codes for memory limits. */
const MEMORY_EXITS = ['137', '143', '52', '-103', '-104'];

/** Failures of Spark on its nodes: more of what ran out. */
export const SPARK_RULES: readonly FailureRuleInput[] = [
  {
    id: 'node-disk-full',
    says: 'Disks of nodes were full: YARN took the nodes out of service.',
    advice: 'Give nodes more disk: capacity.diskGibPerNode.',
    evidence: [
      [{ number: 'unhealthyNodes', atLeast: 1 }],
      [{ text: 'clusterError', anyOf: ['BOOTSTRAP_FAILURE_INSUFFICIENT_DISK_SPACE_*'] }],
    ],
    remedies: [{ remedy: 'more-disk', times: 2 }],
    wait: { firstSeconds: 15, mostSeconds: 60 },
    source: 'EMR Management Guide, Bootstrap failure error codes; Cluster terminates with NO_SLAVE_LEFT',
  },
  {
    id: 'bootstrap-failure',
    says: 'A bootstrap action failed.',
    advice: "Read the bootstrap action's log below the cluster's log folder.",
    evidence: [
      [{ text: 'clusterReason', anyOf: ['BOOTSTRAP_FAILURE'] }],
      [{ text: 'clusterError', anyOf: ['BOOTSTRAP_FAILURE_*'] }],
    ],
    remedies: [{ remedy: 'same-again', times: 1 }],
    wait: { firstSeconds: 60, mostSeconds: 300 },
    source: 'EMR Management Guide, Bootstrap failure error codes',
  },
  {
    id: 'shuffle-disk-full',
    says: 'No space was left on a device for shuffle data.',
    advice: 'Give nodes more disk (capacity.diskGibPerNode), or shuffle less.',
    evidence: [
      [{ text: 'systemError', anyOf: ['ENOSPC'] }],
      [{ text: 'taskException', anyOf: ['org.apache.hadoop.util.DiskChecker$DiskErrorException'] }],
    ],
    remedies: [
      { remedy: 'more-disk', times: 1 },
      { remedy: 'fewer-executors-per-node', times: 1 },
    ],
    wait: { firstSeconds: 15, mostSeconds: 60 },
    source: 'errno of the operating system in the event log',
  },
  {
    id: 'hdfs-full',
    says: 'HDFS was full or lost blocks.',
    advice: 'Give nodes more disk (capacity.diskGibPerNode), or keep data in S3.',
    evidence: [
      [{ number: 'hdfsUtilisationPercent', atLeast: 90 }],
      [{ number: 'missingBlocks', atLeast: 1 }],
      [{ number: 'corruptBlocks', atLeast: 1 }],
    ],
    remedies: [
      { remedy: 'more-disk', times: 1 },
      { remedy: 'other-plan', times: 1 },
    ],
    wait: { firstSeconds: 15, mostSeconds: 60 },
    source: 'EMR Management Guide, Metrics reported by Amazon EMR; HDFS insufficient space error',
  },
  {
    id: 'driver-out-of-memory',
    says: "Spark's driver ran out of memory.",
    advice: 'Collect less to the driver, or write results instead of returning them.',
    evidence: [
      [{ number: 'resultShareOfLimit', atLeast: 1 }],
      [
        { number: 'driversCutShort', atLeast: 1 },
        { text: 'stepState', anyOf: ['FAILED'] },
        { number: 'spotNodesLost', atMost: 0 },
        { number: 'onDemandNodesLost', atMost: 0 },
      ],
    ],
    remedies: [{ remedy: 'more-driver-memory', times: 2 }],
    wait: { firstSeconds: 15, mostSeconds: 60 },
    source: 'Spark documentation, Configuration: spark.driver.maxResultSize; event log',
  },
  {
    id: 'executor-out-of-memory',
    says: 'Executors ran out of memory.',
    advice: 'Use more partitions, or give executors more memory: capacity.minMemoryGibPerCore.',
    evidence: [
      [{ text: 'executorExit', anyOf: MEMORY_EXITS }],
      [
        {
          text: 'taskException',
          anyOf: ['java.lang.OutOfMemoryError', 'org.apache.spark.memory.SparkOutOfMemoryError'],
        },
      ],
    ],
    remedies: [
      { remedy: 'more-executor-memory', times: 1 },
      { remedy: 'fewer-executors-per-node', times: 1 },
    ],
    wait: { firstSeconds: 15, mostSeconds: 60 },
    source: 'YARN ContainerExitStatus; Spark SparkExitCode; class names in the event log',
  },
  {
    id: 's3-slow-down',
    says: 'S3 asked to slow down, for longer than Spark retried.',
    advice: 'Spread objects over more prefixes, or read with fewer cores at once.',
    evidence: [[{ text: 'serviceError', anyOf: ['SlowDown', '503'] }]],
    remedies: [{ remedy: 'same-again', times: 2 }],
    wait: { firstSeconds: 120, mostSeconds: 600 },
    source: 'S3 API reference, Error responses',
  },
  {
    id: 'starvation',
    says: 'The application never got executors from YARN.',
    advice: 'Check that executors fit on the nodes, and what else ran there.',
    evidence: [
      [{ text: 'flightEndedBy', anyOf: ['starved'] }],
      [
        { number: 'appsPending', atLeast: 1 },
        { number: 'tasksEnded', atMost: 0 },
        { text: 'stepState', anyOf: STOPPED },
      ],
    ],
    remedies: [{ remedy: 'other-plan', times: 1 }],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR Management Guide, Metrics reported by Amazon EMR',
  },
  {
    id: 'hung-driver',
    says: 'The driver hung: the step went on without doing anything.',
    advice: "Read the driver's log for what it waited for: a lock, a table, another service.",
    evidence: [
      [{ text: 'flightEndedBy', anyOf: ['hung', 'lease-end'] }],
      [
        { text: 'stepState', anyOf: STOPPED },
        { number: 'appsRunning', atLeast: 1 },
        { number: 'yarnMemoryFreePercent', atLeast: 80 },
      ],
      [
        { text: 'stepState', anyOf: STOPPED },
        { number: 'overrunRatio', atLeast: OVERRUN_FACTOR },
      ],
    ],
    remedies: [{ remedy: 'same-again', times: 1 }],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR Management Guide, Metrics reported by Amazon EMR',
  },
  {
    id: 'outpaced',
    says: 'The pilot gave the attempt up, as a fresh one was clearly likelier to be in time.',
    advice: 'Read the last look: flarepath explain RUN says what it saw and what it weighed.',
    evidence: [[{ text: 'flightEndedBy', anyOf: ['outpaced'] }]],
    remedies: [{ remedy: 'same-again', times: 1 }],
    wait: { firstSeconds: 1, mostSeconds: 5 },
    source: "the pilot's own decision",
  },
  {
    id: 'skew-straggler',
    says: 'A few tasks took many times as long as the others.',
    advice: 'Spread the keys: salt them, or let adaptive execution split skewed partitions.',
    evidence: [
      [
        { number: 'skewRatio', atLeast: 8 },
        { text: 'stepState', anyOf: STOPPED },
      ],
    ],
    remedies: [{ remedy: 'other-plan', times: 1 }],
    wait: { firstSeconds: 15, mostSeconds: 60 },
    source: 'longest ÷ median task of the event log',
  },
  {
    id: 'idle-waste',
    says: 'The cluster stood idle and was ended before its steps ran.',
    advice: "Look why the steps did not start: the cluster's log folder has the controller's log.",
    evidence: [[{ text: 'clusterReason', anyOf: ['ALL_STEPS_COMPLETED'] }], [{ number: 'idle', atLeast: 1 }]],
    remedies: [{ remedy: 'same-again', times: 1 }],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR Management Guide, Metrics reported by Amazon EMR: IsIdle',
  },
];
