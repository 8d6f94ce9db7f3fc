import type { StageRecord } from '../../contracts/run-record.ts';
import { BYTES_PER_GIB, BYTES_PER_MIB } from '../../units.ts';
import { effectiveCores, USABLE_MEMORY_SHARE, type ClusterShape } from '../cluster-shape.ts';
import { phasesOf, type Phase } from './phases.ts';
import type { LoggedRun } from './logged-run.ts';

/** Writing a GiB to a local disk, reading it and merging it again, on the core whose task does so. */
const CORE_SECONDS_PER_SPILLED_GIB = 20;
/** A replay is scaled to the run it rests on, but by no more than this either way. */
const MOST_SCALING = 3;
/** More than this share of its tasks' bytes comes from the input: a stage reads it. */
const READING_SHARE = 0.5;

/** What a log says of the same application elsewhere. */
export interface Replay {
  /** seconds of the application with another load, on other nodes */
  secondsOn(shape: ClusterShape): number;
  /** with cores without end: the driver alone and the longest task of each phase, at the log's load */
  readonly criticalPathSeconds: number;
  /** share of the run in which at most one core worked: the driver alone, and stages of one task */
  readonly singleCoreShare: number;
  /** the log was cut or partly unreadable: what it does not hold is missing here */
  readonly partial: boolean;
}

/**
 * Replays the stages of one event log for other loads, cores and memory.
 *
 * Stages that read the input have tasks in proportion to the load; others keep their count, and the tasks grow
 * (skew with them). A phase takes what list scheduling takes: work over cores, half a task for the last wave, and
 * the wait for a straggler that starts late, between the longest task and Graham's bound. Data that does not fit
 * into memory is spilled. The driver's own time stays.
 *
 * @returns null when the log tells of no stage, or the run's load or cores are not known
 * @see Graham, Bounds on Multiprocessing Timing Anomalies, SIAM Journal on Applied Mathematics 1969
 */
export function replayLog(run: LoggedRun): Replay | null {
  const phases = phasesOf(run.log);
  if (phases === null || run.inputBytes <= 0 || run.cores <= 0) return null;
  const at = (shape: ClusterShape): Parts =>
    phases.phases
      .map((phase) => phaseParts(phase, run, shape))
      .reduce(sumOf, {
        seconds: phases.driverSeconds * (run.coreSpeed / shape.coreSpeed),
        leastSeconds: phases.driverSeconds * (run.coreSpeed / shape.coreSpeed),
      });
  const said = at(run);
  // what cores can shorten is scaled to the run; the critical path is as the log has it, if the run left it the time
  const least = run.runtimeSeconds > said.leastSeconds ? 1 : run.runtimeSeconds / said.leastSeconds;
  const beyond = Math.max(said.seconds - said.leastSeconds, Number.EPSILON);
  const scale = Math.min(
    Math.max((run.runtimeSeconds - least * said.leastSeconds) / beyond, 1 / MOST_SCALING),
    MOST_SCALING,
  );
  const alone = phases.phases
    .filter(({ stages }) => stages.every(({ taskCount }) => taskCount === 1))
    .reduce((sum, { seconds }) => sum + seconds, phases.driverSeconds);
  const whole = phases.phases.reduce((sum, { seconds }) => sum + seconds, phases.driverSeconds);
  return {
    secondsOn: (shape) => {
      const { seconds, leastSeconds } = at(shape);
      return least * leastSeconds + scale * (seconds - leastSeconds);
    },
    criticalPathSeconds: said.leastSeconds,
    singleCoreShare: whole > 0 ? alone / whole : 0,
    partial: run.log.partial,
  };
}

/** How long something takes, and how long it would with cores without end. */
interface Parts {
  readonly seconds: number;
  readonly leastSeconds: number;
}

function sumOf(a: Parts, b: Parts): Parts {
  return { seconds: a.seconds + b.seconds, leastSeconds: a.leastSeconds + b.leastSeconds };
}

function phaseParts({ stages }: Phase, run: LoggedRun, shape: ClusterShape): Parts {
  const growth = shape.inputBytes / run.inputBytes;
  const slower = run.coreSpeed / shape.coreSpeed;
  let workSeconds = 0;
  let tasks = 0;
  let longestSeconds = 0;
  for (const stage of stages) {
    const reading = stage.inputBytes > READING_SHARE * (stage.inputBytes + stage.shuffleReadBytes);
    const spillSeconds = spillGrowthBytes(stage, run, shape) * (CORE_SECONDS_PER_SPILLED_GIB / BYTES_PER_GIB);
    const stageSeconds = Math.max(stage.taskSeconds * growth + spillSeconds, 0) * slower;
    const stageTasks = reading ? Math.max(stage.taskCount * growth, 1) : stage.taskCount;
    const taskGrowth = (stageSeconds / stageTasks) * (stage.taskCount / Math.max(stage.taskSeconds, 1e-3));
    workSeconds += stageSeconds;
    tasks += stageTasks;
    longestSeconds = Math.max(longestSeconds, stage.longestTaskSeconds * taskGrowth);
  }
  const seconds = makespanSeconds(workSeconds, tasks, longestSeconds, shape.cores);
  return { seconds, leastSeconds: Math.min(longestSeconds, seconds) };
}

/** Bytes spilled beyond what the log's run spilled; negative when memory takes up what was spilled there. */
function spillGrowthBytes(stage: StageRecord, run: ClusterShape, shape: ClusterShape): number {
  const usable = ({ memoryMib }: ClusterShape) => memoryMib * BYTES_PER_MIB * USABLE_MEMORY_SHARE;
  const held =
    stage.spillBytes > 0
      ? usable(run)
      : stage.peakExecutionMemoryBytes * Math.min(stage.taskCount, effectiveCores(run));
  const needed = (held + stage.spillBytes) * (shape.inputBytes / run.inputBytes);
  return Math.max(needed - usable(shape), 0) - stage.spillBytes;
}

function makespanSeconds(workSeconds: number, tasks: number, longestSeconds: number, cores: number): number {
  if (tasks <= cores || workSeconds <= 0) return longestSeconds;
  const ideal = workSeconds / cores;
  const waiting = (workSeconds / tasks / 2 + longestSeconds ** 2 / (2 * ideal)) * (1 - 1 / cores);
  return Math.max(longestSeconds, ideal + Math.min(waiting, longestSeconds));
}
