import { SECONDS_PER_MINUTE } from '../units.ts';
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

/** CloudWatch charges for each: asked for more often, they would cost more than the rest of a flight's control plane. */
const ASKED_EVERY_SECONDS = 15 * SECONDS_PER_MINUTE;

/**
 * Whether a pass is one that asks CloudWatch. Its window reaches back further than to the one before.
 *
 * @param passSeconds  from one pass to the next
 */
export function isMetricsPass(nowSeconds: number, passSeconds: number): boolean {
  return nowSeconds % ASKED_EVERY_SECONDS < passSeconds;
}
