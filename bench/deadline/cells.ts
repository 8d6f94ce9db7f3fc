import { flyWindow, type PolicyMaker } from './fly-window.ts';
import { optimumUsd } from './optimum.ts';
import { flarepath } from './policies/flarepath.ts';
import { greedy } from './policies/greedy.ts';
import { uniformProgress } from './policies/uniform-progress.ts';
import type { Window } from './windows.ts';

/** Costs over on demand, means over a cell's windows. */
export interface Cell {
  readonly deadlineHours: number;
  readonly overheadMinutes: number;
  readonly windows: number;
  readonly greedy: number;
  readonly uniformProgress: number;
  readonly ours: number;
  readonly optimum: number;
  /** deadlines that ours missed */
  readonly missed: number;
  /** share of the way from the better published policy to the optimum, % */
  readonly closedPercent: number;
  /** deadlines that the published policies missed */
  readonly missedByOthers: number;
}

/** Flies every window of a cell with every policy. @param told  called after each window */
export function flyCell(
  deadlineHours: number,
  overheadMinutes: number,
  windows: readonly Window[],
  told: () => void,
): Cell {
  const sums = { greedy: 0, uniformProgress: 0, ours: 0, optimum: 0 };
  let missed = 0;
  let missedByOthers = 0;
  for (const window of windows) {
    const fly = (policy: PolicyMaker) => flyWindow(window.available, window.terms, policy);
    const [byGreed, byProgress, ours] = [fly(greedy), fly(uniformProgress), fly(flarepath)];
    sums.greedy += byGreed.usd / window.onDemandUsd;
    sums.uniformProgress += byProgress.usd / window.onDemandUsd;
    sums.ours += ours.usd / window.onDemandUsd;
    sums.optimum += optimumUsd(window.available, window.terms) / window.onDemandUsd;
    missed += ours.missed ? 1 : 0;
    missedByOthers += [byGreed, byProgress].filter((flown) => flown.missed).length;
    told();
  }
  const mean = (sum: number) => sum / windows.length;
  const best = Math.min(sums.greedy, sums.uniformProgress);
  return {
    deadlineHours,
    overheadMinutes,
    windows: windows.length,
    greedy: mean(sums.greedy),
    uniformProgress: mean(sums.uniformProgress),
    ours: mean(sums.ours),
    optimum: mean(sums.optimum),
    missed,
    // where the published policies are optimal already, there is no way left to go
    closedPercent: best - sums.optimum > 1e-9 ? (100 * (best - sums.ours)) / (best - sums.optimum) : 100,
    missedByOthers,
  };
}
