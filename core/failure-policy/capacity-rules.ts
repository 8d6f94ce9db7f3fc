import type { FailureRuleInput } from './failure-rule.ts';

/** A look at a cluster that nobody can start takes the place of EMR's own time-out for on-demand nodes. */
const NEVER_READY_SECONDS = 2400;

/** Failures of the market and of machines: another place, or another way to buy, may do. */
export const CAPACITY_RULES: readonly FailureRuleInput[] = [
  {
    id: 'insufficient-capacity',
    says: 'The zone had no capacity for the instance types that were asked for.',
    advice: 'Allow more instance families or zones, so that plans can go where capacity is.',
    evidence: [
      [
        {
          text: 'clusterError',
          anyOf: [
            'INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ',
            'INTERNAL_ERROR_SPOT_NO_CAPACITY_PRIMARY',
            'INTERNAL_ERROR_SPOT_PRICE_INCREASE_PRIMARY',
            'VALIDATION_ERROR_INSTANCE_TYPE_NOT_SUPPORTED',
          ],
        },
      ],
      [{ number: 'waitingForNodesSeconds', atLeast: NEVER_READY_SECONDS }],
    ],
    remedies: [
      { remedy: 'other-zone', times: 1 },
      { remedy: 'on-demand', times: 1 },
    ],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR Management Guide, Internal error codes; Responding to insufficient capacity events',
  },
  {
    id: 'fleet-timeout',
    says: 'A fleet did not get its instances within its time-out.',
    advice: 'Allow more instance families or zones, so that plans can go where capacity is.',
    evidence: [[{ text: 'clusterReason', anyOf: ['INSTANCE_FLEET_TIMEOUT'] }]],
    remedies: [
      { remedy: 'other-zone', times: 1 },
      { remedy: 'on-demand', times: 1 },
    ],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR API reference, ClusterStateChangeReason',
  },
  {
    id: 'instance-failure',
    says: 'The primary node, or every core node, failed.',
    advice: 'Nothing, unless it comes back: machines fail.',
    evidence: [[{ text: 'clusterReason', anyOf: ['INSTANCE_FAILURE'] }]],
    remedies: [
      { remedy: 'same-again', times: 1 },
      { remedy: 'other-zone', times: 1 },
    ],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR API reference, ClusterStateChangeReason; Cluster terminates with NO_SLAVE_LEFT',
  },
  {
    id: 'spot-reclaim',
    says: 'Spot nodes were taken back, and the step did not survive it.',
    advice: 'Nothing: the next attempt buys on demand, and later plans weigh the losses of those pools.',
    evidence: [
      [
        { number: 'spotNodesLost', atLeast: 1 },
        { number: 'decisiveExceptions', atMost: 0 },
      ],
      [
        { text: 'executorExit', anyOf: ['-100'] },
        { number: 'decisiveExceptions', atMost: 0 },
      ],
    ],
    remedies: [
      { remedy: 'on-demand', times: 1 },
      { remedy: 'other-zone', times: 1 },
    ],
    wait: { firstSeconds: 15, mostSeconds: 60 },
    source: 'EC2 User Guide, Spot Instance interruptions; YARN container exit status ABORTED',
  },
  {
    id: 'node-lost',
    says: 'Nodes were lost, and with them shuffle data that other tasks wanted.',
    advice: 'Nothing, unless it comes back: machines fail.',
    evidence: [
      [
        { number: 'onDemandNodesLost', atLeast: 1 },
        { number: 'decisiveExceptions', atMost: 0 },
      ],
      [
        { number: 'yarnLostNodes', atLeast: 1 },
        { number: 'decisiveExceptions', atMost: 0 },
      ],
      [
        { number: 'fetchFailures', atLeast: 1 },
        { number: 'decisiveExceptions', atMost: 0 },
      ],
    ],
    remedies: [
      { remedy: 'other-plan', times: 1 },
      { remedy: 'other-zone', times: 1 },
    ],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR Management Guide, Metrics reported by Amazon EMR; Too many fetch-failures',
  },
  {
    id: 'resize-stuck',
    says: 'A resize never brought the nodes that it asked for.',
    advice: 'Allow more instance families or zones, so that a resize finds capacity.',
    evidence: [
      [
        { text: 'fleetState', anyOf: ['RESIZING'] },
        { number: 'unitsMissing', atLeast: 1 },
      ],
    ],
    remedies: [
      { remedy: 'other-plan', times: 1 },
      { remedy: 'on-demand', times: 1 },
    ],
    wait: { firstSeconds: 30, mostSeconds: 120 },
    source: 'EMR Management Guide, Responding to instance fleet resize timeout events',
  },
];
