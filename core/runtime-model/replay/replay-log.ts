import type { StageRecord } from '../../contracts/run-record.ts';
import { BYTES_PER_GIB, BYTES_PER_MIB } from '../../units.ts';
import { USABLE_MEMORY_SHARE, type ClusterShape } from '../cluster-shape.ts';
import { phasesOf, type Phase } from './phases.ts';
import type { LoggedRun } from './logged-run.ts';
import { makespanSeconds } from './makespan.ts';

/** Writing a GiB to a local disk, reading it and merging it again, on the core whose task does so. */
const CORE_SECONDS_PER_SPILLED_GIB = 20;
/** A replay is scaled to the run it rests on, but by no more than this either way. */
const MOST_SCALING = 3;
/** More than this share of its tasks' bytes comes from the input: a stage reads it. */
const READING_SHARE = 0.5;
/** However much a task spilled, this much of its time was not that. */
const LEAST_SHARE_WITHOUT_SPILL = 0.3;

/** What a log says of the same application elsewhere. */
export interface Replay {
  /** seconds of the application with another load, on other nodes */
  readonly secondsOn: (shape: ClusterShape) => number;
  /** with cores without end: the driver alone and the longest tasks of stages that waited for one another, at the log's load */
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
 * (skew with them). Stages that ran at the same time share the cores, and take at least as long as those that waited for
 * one another take alone. What a task holds beyond its share of the memory is spilled. The driver's own time stays.
 *
 * A task that asks for several cores (spark.task.cpus) holds as many for its time.
 *
 * @returns null when the log tells of no stage, or the run's load or cores are not known
 * @see makespanSeconds
 */
export function replayLog(logged: LoggedRun): Replay | null {
  const phases = phasesOf(logged.log);
  if (phases === null || logged.inputBytes <= 0 || logged.cores <= 0) return null;
  const perTask = coresPerTask(logged);
  const run = { ...logged, ...inSlots(logged, perTask) };
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
    .filter(({ stages }) => stages.length === 1 && stages.every(({ stage }) => stage.taskCount === 1))
    .reduce((sum, { seconds }) => sum + seconds, phases.driverSeconds);
  const whole = phases.phases.reduce((sum, { seconds }) => sum + seconds, phases.driverSeconds);
  return {
    secondsOn: (shape) => {
      const { seconds, leastSeconds } = at(inSlots(shape, perTask));
      return least * leastSeconds + scale * (seconds - leastSeconds);
    },
    criticalPathSeconds: said.leastSeconds,
    singleCoreShare: whole > 0 ? alone / whole : 0,
    partial: run.log.partial,
  };
}

/** What spark.task.cpus was: tasks' core-seconds over their seconds, a whole number. */
function coresPerTask({ log }: LoggedRun): number {
  const taskSeconds = log.stages.reduce((sum, stage) => sum + stage.taskSeconds, 0);
  return taskSeconds > 0 ? Math.max(Math.round(log.taskBusySeconds / taskSeconds), 1) : 1;
}

/** A cluster as tasks see it: a place for a task in place of each of so many cores. */
function inSlots(shape: ClusterShape, perTask: number): ClusterShape {
  return { ...shape, cores: Math.max(shape.cores / perTask, 1) };
}

/** How long something takes, and how long it would with cores without end. */
interface Parts {
  readonly seconds: number;
  readonly leastSeconds: number;
}

/** What tasks ask of the cores. */
interface Demand {
  readonly workSeconds: number;
  readonly tasks: number;
  readonly longestSeconds: number;
}

function sumOf(a: Parts, b: Parts): Parts {
  return { seconds: a.seconds + b.seconds, leastSeconds: a.leastSeconds + b.leastSeconds };
}

function phaseParts({ stages }: Phase, run: LoggedRun, shape: ClusterShape): Parts {
  const demands = stages.map(({ stage }) => demandOf(stage, run, shape));
  const sum = demands.reduce((total, { workSeconds, tasks, longestSeconds }) => ({
    workSeconds: total.workSeconds + workSeconds,
    tasks: total.tasks + tasks,
    longestSeconds: Math.max(total.longestSeconds, longestSeconds),
  }));
  const together = makespanSeconds(sum.workSeconds, sum.tasks, sum.longestSeconds, shape.cores);
  const oneAfterOther = longestPath(
    stages,
    demands.map((demand) =>
      makespanSeconds(demand.workSeconds, demand.tasks, demand.longestSeconds, shape.cores),
    ),
  );
  const leastSeconds = longestPath(
    stages,
    demands.map(({ longestSeconds }) => longestSeconds),
  );
  const seconds = Math.max(together, oneAfterOther);
  return { seconds, leastSeconds: Math.min(leastSeconds, seconds) };
}

/** What a stage asks of the cores with another load, on other nodes. */
function demandOf(stage: StageRecord, run: LoggedRun, shape: ClusterShape): Demand {
  const growth = shape.inputBytes / run.inputBytes;
  const slower = run.coreSpeed / shape.coreSpeed;
  // cached data lie in the partitions in which the input was read
  const readBytes = stage.inputBytes + (stage.cachedBytes ?? 0);
  const reading = readBytes > READING_SHARE * (readBytes + stage.shuffleReadBytes);
  const tasks = reading ? Math.max(stage.taskCount * growth, 1) : stage.taskCount;
  const spillBytes = spilledBytes(stage, run, shape, tasks) - stage.spillBytes * growth;
  const spillSeconds = spillBytes * (CORE_SECONDS_PER_SPILLED_GIB / BYTES_PER_GIB);
  const computing = stage.taskSeconds * growth;
  // spilling never was all of a task
  const workSeconds = Math.max(computing + spillSeconds, LEAST_SHARE_WITHOUT_SPILL * computing) * slower;
  const taskGrowth = (workSeconds / tasks) * (stage.taskCount / Math.max(stage.taskSeconds, 1e-3));
  return { workSeconds, tasks, longestSeconds: stage.longestTaskSeconds * taskGrowth };
}

/**
 * Bytes that a stage spills: what each task holds beyond its share of the memory, which is what the tasks at work
 * beside it leave.
 */
function spilledBytes(stage: StageRecord, run: ClusterShape, shape: ClusterShape, tasks: number): number {
  const shareOf = ({ memoryMib, cores }: ClusterShape, count: number) =>
    (memoryMib * BYTES_PER_MIB * USABLE_MEMORY_SHARE) / Math.max(Math.min(count, cores), 1);
  const usual =
    stage.longestTaskSeconds > 0 ? stage.taskSeconds / stage.taskCount / stage.longestTaskSeconds : 1;
  const heldBytes =
    stage.spillBytes > 0
      ? shareOf(run, stage.taskCount) + stage.spillBytes / stage.taskCount
      : // the peak is the largest task's
        Math.min(stage.peakExecutionMemoryBytes * usual, shareOf(run, stage.taskCount));
  const growth = shape.inputBytes / run.inputBytes;
  const neededBytes = (heldBytes * growth * stage.taskCount) / tasks;
  return tasks * Math.max(neededBytes - shareOf(shape, tasks), 0);
}

/** @param seconds  of each stage of a phase, alone */
function longestPath(stages: Phase['stages'], seconds: readonly number[]): number {
  const ends: number[] = [];
  stages.forEach(({ after }, i) => {
    ends[i] = Math.max(0, ...after.map((before) => ends[before] ?? 0)) + (seconds[i] ?? 0);
  });
  return Math.max(...ends);
}
