import { QUANTILE_LEVELS } from '../../contracts/quantities.ts';
import { MINIMUM_BILLED_SECONDS } from '../../market/billing-rates.ts';
import type { Range } from '../../runtime-model/law-range.ts';
import { runtimeFloor } from '../../runtime-model/runtime-floor.ts';
import { SECONDS_PER_HOUR } from '../../units.ts';
import { BILLED_BEYOND_RUN_SECONDS, medianStartupSeconds } from '../cluster-times.ts';
import { REWORK_WINDOW_SECONDS } from '../evaluate/judge.ts';
import type { Pool } from '../../contracts/market.ts';
import type { SizingProblem } from '../sizing-problem.ts';
import type { FleetCell } from './fleet-relaxation.ts';
import type { SpeedMode } from './speed-modes.ts';

/** What no fleet of a cell undercuts, over the scenarios. */
export interface RunFloor {
  /** run time by scenario, without reclaims */
  readonly runtimeSeconds: Float64Array;
  readonly lateProbability: number;
  readonly billedHours: number;
  /** mean of billed hours times the rise of spot prices */
  readonly billedHoursInRise: number;
  /** what another node adds to the start-up, hours: at least so much for each beyond the cell's fewest */
  readonly startupHoursPerNode: number;
}

/** Plays a cell's scenarios out as its best fleet could, were there one that is best in all respects. */
export function runFloor(problem: SizingProblem, mode: SpeedMode, cell: FleetCell, gpu: boolean): RunFloor {
  const { scenarios, secondsLeft } = problem;
  const { count, startupFactor, priceRise } = scenarios;
  const runtimeSeconds = runtimeFloors(problem, mode, cell);
  const startup = medianStartupSeconds(cell.nodes[0] + 1, gpu);
  let late = 0;
  let hours = 0;
  let hoursInRise = 0;
  let factors = 0;
  for (let s = 0; s < count; s += 1) {
    const factor = startupFactor[s] ?? 1;
    const finish = startup * factor + (runtimeSeconds[s] ?? 0);
    if (finish > secondsLeft) late += 1;
    const billed = Math.max(finish + BILLED_BEYOND_RUN_SECONDS, MINIMUM_BILLED_SECONDS) / SECONDS_PER_HOUR;
    hours += billed;
    hoursInRise += billed * (priceRise[s] ?? 0);
    factors += factor;
  }
  return {
    runtimeSeconds,
    lateProbability: late / count,
    billedHours: hours / count,
    billedHoursInRise: hoursInRise / count,
    startupHoursPerNode: ((factors / count) * startupPerNode(cell.nodes, gpu)) / SECONDS_PER_HOUR,
  };
}

/** Start-ups grow ever slower with the nodes: never less than along the chord. */
function startupPerNode([fewest, most]: Range, gpu: boolean): number {
  if (most <= fewest) return 0;
  return (medianStartupSeconds(most + 1, gpu) - medianStartupSeconds(fewest + 1, gpu)) / (most - fewest);
}

function runtimeFloors({ scenarios, model }: SizingProblem, mode: SpeedMode, cell: FleetCell): Float64Array {
  const { count, supportBytes, supportIndex, supportFraction, residualIndex, residualFraction } = scenarios;
  const [slowest, fastest] = mode.speeds;
  const [leastMemory, mostMemory] = cell.memoryMibPerEffectiveCore;
  const floors = supportBytes.map((bytes) =>
    runtimeFloor(model, bytes, {
      effectiveCores: cell.effectiveCores,
      memoryMibPerEffectiveCore: cell.memoryMibPerEffectiveCore,
      memoryMibPerCore: [leastMemory * slowest, mostMemory * fastest],
      coreSpeed: mode.coreSpeed,
    }),
  );
  const seconds = new Float64Array(count);
  const last = floors.length - 1;
  const levels = QUANTILE_LEVELS.length;
  const logMedians = Float64Array.from(floors, ({ logMedianSeconds }) => logMedianSeconds);
  // one level more, equal to the last: beyond it the residual is flat
  const residuals = Float64Array.from(
    floors.flatMap(({ logResidual }) => [...logResidual, logResidual[levels - 1] ?? 0]),
  );
  for (let s = 0; s < count; s += 1) {
    const i = supportIndex[s] ?? 0;
    const fraction = supportFraction[s] ?? 0;
    const next = i < last ? i + 1 : last;
    const lower = logMedians[i] ?? 0;
    const place = (fraction < 0.5 ? i : next) * (levels + 1) + (residualIndex[s] ?? 0);
    const low = residuals[place] ?? 0;
    const residual = low + (residualFraction[s] ?? 0) * ((residuals[place + 1] ?? 0) - low);
    seconds[s] = Math.exp(lower + fraction * ((logMedians[next] ?? 0) - lower) + residual);
  }
  return seconds;
}

/**
 * Hours by which reclaims of a pool lengthen a run at least, for each unit of the capacity's share that it holds.
 * Waiting is never shorter than the share times what is left or the refill takes, whichever is less.
 */
export function reclaimHours(pool: Pool, { scenarios }: SizingProblem, runtimeSeconds: Float64Array): number {
  if (pool.reclaimsPerHour <= 0) return 0;
  const meanSeconds = SECONDS_PER_HOUR / pool.reclaimsPerHour;
  const { scenario, waits, refillSeconds } = scenarios.reclaimsOf(pool.instanceType.name);
  let longest = 0;
  for (let s = 0; s < runtimeSeconds.length; s += 1) longest = Math.max(longest, runtimeSeconds[s] ?? 0);
  let lost = 0;
  for (let j = 0; j < scenario.length; j += 1) {
    const at = (waits[j] ?? 0) * meanSeconds;
    if (at >= longest) break;
    const left = (runtimeSeconds[scenario[j] ?? 0] ?? 0) - at;
    if (left > 0) lost += Math.min(refillSeconds[j] ?? 0, left) + Math.min(at, REWORK_WINDOW_SECONDS);
  }
  return lost / scenarios.count / SECONDS_PER_HOUR;
}
