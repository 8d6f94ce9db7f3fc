import type { NumberFact } from './failure-facts.ts';

/**
 * What CloudWatch knows of a cluster and nothing else does: which of EMR's metrics makes which fact, and whether
 * the highest or the lowest of its values counts.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/UsingEMR_ViewingMetrics.html
 */
export const CLUSTER_METRICS = {
  unhealthyNodes: { name: 'MRUnhealthyNodes', statistic: 'Maximum' },
  yarnLostNodes: { name: 'MRLostNodes', statistic: 'Maximum' },
  hdfsUtilisationPercent: { name: 'HDFSUtilization', statistic: 'Maximum' },
  missingBlocks: { name: 'MissingBlocks', statistic: 'Maximum' },
  corruptBlocks: { name: 'CorruptBlocks', statistic: 'Maximum' },
  appsPending: { name: 'AppsPending', statistic: 'Minimum' },
  appsRunning: { name: 'AppsRunning', statistic: 'Minimum' },
  yarnMemoryFreePercent: { name: 'YARNMemoryAvailablePercentage', statistic: 'Minimum' },
  idle: { name: 'IsIdle', statistic: 'Minimum' },
} as const satisfies Partial<Record<NumberFact, { name: string; statistic: 'Maximum' | 'Minimum' }>>;

/** By fact; what CloudWatch has no value of is left out. */
export type ClusterMetrics = Readonly<Partial<Record<keyof typeof CLUSTER_METRICS, number>>>;
