import type { EventLogSummary } from '../../contracts/run-record.ts';
import type { ClusterShape } from '../cluster-shape.ts';

/** A run whose event log is known, and what it ran on. */
export interface LoggedRun extends ClusterShape {
  readonly runKey: string;
  readonly runtimeSeconds: number;
  readonly log: EventLogSummary;
}
