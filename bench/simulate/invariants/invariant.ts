import { isoInstant } from '../../../core/units.ts';
import type { Observed, Watcher } from '../observe/observed.ts';
import type { Scenario } from '../scenario.ts';
import type { DeploymentLimits } from '../../../core/contracts/control.ts';
import type { DeployedJob } from '../../../core/contracts/job.ts';

/** What an invariant may look at. */
export interface Grounds {
  readonly observed: Observed;
  readonly scenario: Scenario;
  readonly jobs: readonly DeployedJob[];
  /** what the deployment is held to */
  readonly limits: DeploymentLimits;
}

/** Something that must hold at every instant of every scenario. */
export interface Invariant {
  readonly name: string;
  /** in a sentence, for people */
  readonly promises: string;
  /** @param broken  called with the facts when it does not hold */
  watch(grounds: Grounds, broken: (facts: string) => void): Watcher;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** An instant as people read it beside others of its day. */
export function at(ms: number): string {
  return isoInstant(ms).replace('.000Z', 'Z');
}

export function minutes(ms: number): string {
  return `${Math.round(ms / MINUTE_MS)} min`;
}
