import { PROVISIONING_SECONDS } from '../pilot/capacity.ts';
import { WatchRule } from './watch-rule.ts';

const EMR_METRICS = 'EMR Management Guide, Metrics reported by Amazon EMR';
/** Fifteen minutes of EMR's metrics: what passes by itself has passed. */
const LASTING_VALUES = 3;
/** EMR's default scaling rules add nodes beyond these. */
const LITTLE_MEMORY_PERCENT = 15;
const MANY_PENDING_RATIO = 0.75;
/** The pilot's longest rest between two looks: it sees that long after the last node that it came. */
const LOOK_SECONDS = 300;
/** Longer than from the request until the last node works and is seen to. */
const RESIZE_STUCK_SECONDS = PROVISIONING_SECONDS + LOOK_SECONDS;

const CAPACITY = [
  {
    id: 'spot-interruption-warning',
    failure: 'spot-reclaim',
    says: 'EC2 takes a spot instance back within two minutes.',
    severity: 'warning',
    touches: ['deadline', 'budget'],
    evidence: [[{ event: 'EC2 Spot Instance Interruption Warning' }]],
    source: 'EC2 User Guide, Spot Instance interruption notices',
  },
  {
    id: 'rebalance-recommendation',
    failure: 'spot-reclaim',
    says: 'EC2 expects to take a spot instance back.',
    severity: 'notice',
    touches: ['deadline'],
    evidence: [[{ event: 'EC2 Instance Rebalance Recommendation' }]],
    source: 'EC2 User Guide, EC2 instance rebalance recommendations',
  },
  {
    id: 'capacity-refused',
    failure: 'insufficient-capacity',
    says: 'EMR asks for instances that the zone does not have, and goes on asking.',
    severity: 'warning',
    touches: ['deadline'],
    evidence: [
      [
        {
          event: 'EMR Instance Fleet Provisioning',
          code: 'EC2 provisioning - Insufficient Instance Capacity',
        },
      ],
    ],
    source: 'EMR Management Guide, Responding to insufficient instance capacity events',
  },
  {
    id: 'resize-stuck',
    failure: 'resize-stuck',
    says: 'A fleet has been resizing for longer than a resize may take.',
    severity: 'warning',
    touches: ['deadline'],
    evidence: [
      [{ event: 'EMR Instance Fleet Resize' }],
      [
        { figure: 'resizingSeconds', atLeast: RESIZE_STUCK_SECONDS },
        { figure: 'unitsMissing', atLeast: 1 },
      ],
    ],
    source: 'EMR Management Guide, Responding to instance fleet resize timeout events',
  },
  {
    id: 'idle-cluster',
    failure: 'idle-waste',
    says: 'The cluster does nothing and is paid for.',
    severity: 'notice',
    touches: ['budget'],
    evidence: [[{ metric: 'IsIdle', values: LASTING_VALUES, atLeast: 1 }]],
    source: `${EMR_METRICS}: IsIdle`,
  },
];

const NODES = [
  {
    id: 'nodes-unhealthy',
    failure: 'node-disk-full',
    says: 'YARN took nodes out of service, as it does when their disks are full.',
    severity: 'warning',
    touches: ['deadline'],
    evidence: [[{ metric: 'MRUnhealthyNodes', values: 1, atLeast: 1 }]],
    source: `${EMR_METRICS}: MRUnhealthyNodes`,
  },
  {
    id: 'nodes-lost',
    failure: 'node-lost',
    says: 'YARN lost nodes.',
    severity: 'warning',
    touches: ['deadline'],
    evidence: [[{ metric: 'MRLostNodes', values: 1, atLeast: 1 }]],
    source: `${EMR_METRICS}: MRLostNodes`,
  },
  {
    id: 'hdfs-filling',
    failure: 'hdfs-full',
    says: 'HDFS is nearly full.',
    severity: 'warning',
    touches: ['deadline', 'output'],
    evidence: [[{ metric: 'HDFSUtilization', values: 1, atLeast: 90 }]],
    source: `${EMR_METRICS}: HDFSUtilization; the bound is the failure policy's`,
  },
  {
    id: 'hdfs-missing-blocks',
    failure: 'hdfs-full',
    says: 'HDFS lost blocks: what was in them cannot be read.',
    severity: 'critical',
    touches: ['deadline', 'output'],
    evidence: [
      [{ metric: 'MissingBlocks', values: 1, atLeast: 1 }],
      [{ metric: 'CorruptBlocks', values: 1, atLeast: 1 }],
    ],
    source: `${EMR_METRICS}: MissingBlocks, CorruptBlocks`,
  },
  {
    id: 'apps-starve',
    failure: 'starvation',
    says: 'Applications or containers wait for memory that YARN does not have.',
    severity: 'warning',
    touches: ['deadline'],
    evidence: [
      [
        { metric: 'AppsPending', values: LASTING_VALUES, atLeast: 1 },
        { metric: 'AppsCompleted', flatFor: LASTING_VALUES },
      ],
      [
        { metric: 'ContainerPendingRatio', values: LASTING_VALUES, atLeast: MANY_PENDING_RATIO },
        { metric: 'YARNMemoryAvailablePercentage', values: LASTING_VALUES, atMost: LITTLE_MEMORY_PERCENT },
      ],
    ],
    source: `${EMR_METRICS}; bounds: the guide's default rules for automatic scaling`,
  },
  {
    id: 's3-slow-down',
    failure: 's3-slow-down',
    says: 'S3 answers with errors of its own, as it does when it is asked too much.',
    severity: 'notice',
    touches: ['deadline'],
    evidence: [[{ metric: '5xxErrors', values: LASTING_VALUES, atLeast: 1 }]],
    source: 'S3 User Guide, Metrics and dimensions: 5xxErrors',
  },
];

/** Dr. Elephant's steps from moderate to critical. */
const SKEW = [
  { severity: 'notice', skewRatio: 4, gcShare: 0.09 },
  { severity: 'warning', skewRatio: 8, gcShare: 0.1 },
  { severity: 'critical', skewRatio: 16, gcShare: 0.15 },
].flatMap(({ severity, skewRatio, gcShare }) => [
  {
    id: `skew-${severity}`,
    failure: 'skew-straggler',
    says: `The longest task of a stage takes more than ${skewRatio} times as long as most.`,
    severity,
    touches: ['deadline'],
    evidence: [[{ figure: 'skewRatio', atLeast: skewRatio }]],
    source: 'event log; steps of Dr. Elephant, Heuristics',
  },
  {
    id: `garbage-${severity}`,
    failure: 'executor-out-of-memory',
    says: `Tasks spend more than ${Math.round(100 * gcShare)} % of their time on collecting garbage: memory is short.`,
    severity,
    touches: ['deadline'],
    evidence: [[{ figure: 'gcShare', atLeast: gcShare }]],
    source: 'event log, JVM GC Time; steps of Dr. Elephant, Heuristics',
  },
]);

const DATA = [
  {
    id: 'load-far-off',
    failure: 'input-bad',
    says: 'The input is far smaller or larger than it should be today.',
    severity: 'warning',
    touches: ['deadline', 'output'],
    evidence: [[{ figure: 'loadTailProbability', atMost: 0.01 }]],
    source: "the run's own load forecast",
  },
  {
    id: 'input-late',
    failure: 'input-bad',
    says: 'The input is late.',
    severity: 'notice',
    touches: ['deadline'],
    evidence: [[{ figure: 'inputLateSeconds', atLeast: 1 }]],
    source: "the job's readiness",
  },
];

/**
 * What experts watch while a run is on its way. What an attempt ended of is the failure policy's (core/failure-policy):
 * codes and states of what is over are not repeated here.
 *
 * @throws z.ZodError when a rule breaks its schema
 */
export const WATCH_RULES: readonly WatchRule[] = [...CAPACITY, ...NODES, ...SKEW, ...DATA].map((rule) =>
  WatchRule.parse(rule),
);
