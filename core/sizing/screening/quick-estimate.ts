import type { Pool } from '../../contracts/market.ts';
import { QUANTILE_LEVELS } from '../../contracts/quantities.ts';
import { normalQuantile } from '../../numerics/normal-quantile.ts';
import { predictRuntime } from '../../runtime-model/runtime-model.ts';
import { SECONDS_PER_HOUR } from '../../units.ts';
import { BILLED_BEYOND_RUN_SECONDS, medianStartupSeconds } from '../cluster-times.ts';
import type { SizingProblem } from '../sizing-problem.ts';
import type { CoreFleet } from './core-fleet.ts';

const HIGH = QUANTILE_LEVELS.indexOf(0.975);
const MIDDLE = QUANTILE_LEVELS.indexOf(0.5);
const HIGH_SCORE = normalQuantile(0.975);
/** A reclaim's refill and what is done again, s; and the share of reclaims that nothing refills. */
const SECONDS_LOST_BY_RECLAIM = 800;
const NEVER_REFILLED_SHARE = 0.3;
/** A run that goes on without what was reclaimed is taken to lose at most so many times its length. */
const MOST_RUNS_LOST = 2;

/** A core fleet, and task nodes of one type on spot. */
export interface QuickFleet {
  readonly primary: Pool;
  readonly core: CoreFleet;
  readonly task: Pool | undefined;
  readonly taskNodes: number;
}

/**
 * What a fleet does, by two predictions in place of hundreds of scenarios: at the median load, and at a bad one.
 * Executors are taken to fill every node, reclaims to come as often as usual.
 */
export class QuickEstimate {
  private readonly problem: SizingProblem;
  private readonly usualBytes: number;
  private readonly badBytes: number;
  /** normal quantile of the share of runs that must be in time */
  private readonly badScore: number;

  constructor(problem: SizingProblem) {
    const { scenarios, allowedLate } = problem;
    this.problem = problem;
    this.usualBytes = scenarios.supportBytes[scenarios.supportBytes.length >> 1] ?? 0;
    this.badBytes = scenarios.supportBytes.at(-1) ?? this.usualBytes;
    this.badScore = normalQuantile(Math.min(Math.max(1 - allowedLate, 0.5), 0.999));
  }

  /** By how much a run ends after the deadline when load and luck are as bad as the job allows for; 0 in time. */
  lateSeconds(fleet: QuickFleet): number {
    const usual = this.predict(fleet, this.usualBytes);
    const bad = this.predict(fleet, this.badBytes);
    const byLoad = Math.log(Math.max(bad.medianSeconds / usual.medianSeconds, 1)) / HIGH_SCORE;
    const byLuck = ((bad.logResidual[HIGH] ?? 0) - (bad.logResidual[MIDDLE] ?? 0)) / HIGH_SCORE;
    const runSeconds = usual.medianSeconds * Math.exp(this.badScore * Math.hypot(byLoad, byLuck));
    return Math.max(startupSecondsOf(fleet) + runSeconds - this.problem.secondsLeft, 0);
  }

  /** What a usual run costs, USD, disks left out. */
  usd(fleet: QuickFleet): number {
    const { primary, core, task, taskNodes } = fleet;
    const taskUsdPerHour =
      task === undefined
        ? 0
        : taskNodes * ((task.spotUsdPerHour ?? task.onDemandUsdPerHour) + task.emrFeeUsdPerHour);
    const usdPerHour =
      primary.onDemandUsdPerHour + primary.emrFeeUsdPerHour + core.usdPerHour + taskUsdPerHour;
    const runSeconds = this.predict(fleet, this.usualBytes).medianSeconds;
    const seconds = startupSecondsOf(fleet) + runSeconds + BILLED_BEYOND_RUN_SECONDS;
    return ((seconds + lostSeconds(fleet, seconds)) / SECONDS_PER_HOUR) * usdPerHour;
  }

  private predict({ core, task, taskNodes }: QuickFleet, inputBytes: number) {
    const type = task?.instanceType;
    const taskCores = type === undefined ? 0 : taskNodes * type.vcpus;
    const cores = core.vcpus + taskCores;
    return predictRuntime(this.problem.model, {
      inputBytes,
      cores,
      nodes: core.coreNodes + taskNodes,
      memoryMib: core.memoryMib + taskNodes * (type?.memoryMib ?? 0),
      coreSpeed: (core.work + taskCores * (type?.coreSpeed ?? 0)) / cores,
    });
  }
}

function startupSecondsOf({ core, task, taskNodes }: QuickFleet): number {
  return medianStartupSeconds(core.coreNodes + taskNodes + 1, (task?.instanceType.gpus ?? 0) > 0);
}

/** By what reclaims lengthen a run on average, s. */
function lostSeconds({ core, task, taskNodes }: QuickFleet, seconds: number): number {
  if (task === undefined) return 0;
  const { vcpus, coreSpeed } = task.instanceType;
  const onSpot = taskNodes * vcpus * coreSpeed;
  const share = onSpot / (onSpot + core.work);
  const reclaimed = 1 - Math.exp((-task.reclaimsPerHour * seconds) / SECONDS_PER_HOUR);
  const aloneSeconds = Math.min((share / (1 - share)) * (seconds / 2), MOST_RUNS_LOST * seconds);
  return reclaimed * (share * SECONDS_LOST_BY_RECLAIM + NEVER_REFILLED_SHARE * aloneSeconds);
}
