import { USUAL_LAYOUT, type LayoutRules } from '../executors/layout-rules.ts';

/** What a plan must do otherwise than those before it, because earlier attempts of its run failed. */
export interface PlanConstraints {
  readonly avoidZones: readonly string[];
  readonly avoidPools: readonly PoolName[];
  readonly onDemandOnly: boolean;
  /** of the job's disks */
  readonly diskFactor: number;
  readonly layout: LayoutRules;
  /**
   * executor memory a core that earlier attempts' failures ask for, where the layout has more, as past runs wanted that:
   * what is kept to where more cannot be had within the limits; absent: the layout has no more
   */
  readonly neededMibPerCore?: number;
  /** why, in sentences for the plan's reasons */
  readonly reasons: readonly string[];
}

/** One instance type in one zone, however it is bought. */
export interface PoolName {
  readonly instanceType: string;
  readonly zone: string;
}

/** A plan like any first one. */
export const NO_CONSTRAINTS: PlanConstraints = {
  avoidZones: [],
  avoidPools: [],
  onDemandOnly: false,
  diskFactor: 1,
  layout: USUAL_LAYOUT,
  reasons: [],
};
