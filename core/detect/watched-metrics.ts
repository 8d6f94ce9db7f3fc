import type { WatchedMetric } from './watch-rule.ts';

/**
 * EMR's measurements of a cluster that are asked for while it flies, with the statistic that a rule's bound is about.
 * Of what rules may read, these are what neither the pilot, nor an event, nor a net sees.
 */
export const CLUSTER_WATCHED = {
  MRUnhealthyNodes: 'Maximum',
  HDFSUtilization: 'Maximum',
  MissingBlocks: 'Maximum',
} as const satisfies Partial<Record<WatchedMetric, 'Maximum' | 'Minimum'>>;
