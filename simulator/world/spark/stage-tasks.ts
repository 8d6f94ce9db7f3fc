import { seededRng, type Rng } from '../../../core/numerics/rng.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { normal } from '../draws.ts';
import type { Program, SparkParameters, Stage } from './program.ts';

/** One simulated task: one of Spark's tasks, or several that one core does after one another. */
export interface Task {
  readonly index: number;
  /** position of its stage in the program's unrolled chain */
  readonly stage: number;
  /** seconds on one m5 core with memory enough */
  readonly workSeconds: number;
  readonly inputBytes: number;
  readonly shuffleReadBytes: number;
  readonly shuffleWriteBytes: number;
  attempt: number;
}

export interface StageLoad {
  readonly stage: Stage;
  /** position in the unrolled chain */
  readonly position: number;
  /** shuffle written by the stage before, GiB per GiB of input */
  readonly shuffleReadGibPerGib: number;
}

/** The program's stages with repetitions written out. */
export function unrolled(stages: readonly Stage[]): StageLoad[] {
  const chain = stages.flatMap((stage) => Array.from({ length: stage.repeat }, () => stage));
  return chain.map((stage, position) => ({
    stage,
    position,
    shuffleReadGibPerGib: stage.reads === 'shuffle' ? (chain[position - 1]?.shuffleGibPerGib ?? 0) : 0,
  }));
}

/** Work of a stage, seconds of one m5 core. */
export function stageWorkSeconds(stage: Stage, loadGib: number): number {
  return stage.coreSecondsPerGib * loadGib + stage.fixedCoreSeconds;
}

/** Tasks that Spark would run for a stage. */
export function realTaskCount(stage: Stage, loadGib: number): number {
  return 'fixed' in stage.tasks ? stage.tasks.fixed : Math.max(1, Math.ceil(stage.tasks.perGib * loadGib));
}

/** Execution memory a core needs in a stage, GiB: partitions of a fixed number grow with the load. */
export function memoryNeededGib(program: Program, stage: Stage, loadGib: number): number {
  if (!('fixed' in stage.tasks)) return stage.memoryGibPerCore;
  return stage.memoryGibPerCore * Math.min(4, Math.max(0.2, loadGib / program.referenceGib));
}

/**
 * The tasks of one stage. Where Spark would run more than can be simulated one by one, neighbours are merged:
 * their mean varies less, and the longest of all is put back as a task of its own.
 *
 * @param cores  cores alive when the stage begins: enough tasks to fill them
 * @param seed  of the run; the same stage of the same run always gets the same tasks
 */
export function stageTasks(
  program: Program,
  load: StageLoad,
  run: { readonly loadGib: number; readonly workFactor: number; readonly seed: string },
  cores: number,
  parameters: SparkParameters,
): Task[] {
  const rng = seededRng(`${run.seed}/${load.position}`);
  const { stage } = load;
  const real = realTaskCount(stage, run.loadGib);
  const count = Math.min(
    real,
    Math.max(parameters.tasksPerStage, Math.ceil(cores * parameters.tasksPerCore)),
  );
  const merged = real / count;
  const meanSeconds = (stageWorkSeconds(stage, run.loadGib) * run.workFactor) / count;
  const sigma = stage.skewSigma / Math.sqrt(merged);
  const bytesPerTask = (run.loadGib * BYTES_PER_GIB) / count;
  const heaviest = Math.floor(rng() * count);
  return Array.from({ length: count }, (_, index) => {
    const skew = Math.exp(sigma * normal(rng) - sigma ** 2 / 2);
    const delay = straggling(rng, program.stragglerRate, merged);
    const extra = index === heaviest && merged > 1.5 ? longestOf(rng, real, stage.skewSigma) / merged : 0;
    return {
      index,
      stage: load.position,
      workSeconds: meanSeconds * (skew + delay + extra),
      inputBytes: stage.reads === 'input' ? bytesPerTask * skew : 0,
      shuffleReadBytes: bytesPerTask * load.shuffleReadGibPerGib * skew,
      shuffleWriteBytes: bytesPerTask * stage.shuffleGibPerGib * skew,
      attempt: 0,
    };
  });
}

/** Extra time of a straggler among merged tasks, relative to the mean of all. */
function straggling(rng: Rng, rate: number, merged: number): number {
  const struck = rng() < 1 - (1 - rate) ** merged;
  const factor = 2 + 3 * rng();
  return struck ? (factor - 1) / merged : 0;
}

/** Longest of many lognormal task times, relative to their mean. @see Gumbel, Statistics of Extremes, 1958 */
function longestOf(rng: Rng, count: number, sigma: number): number {
  const scale = Math.sqrt(2 * Math.log(count));
  const centre = scale - (Math.log(Math.log(count)) + Math.log(4 * Math.PI)) / (2 * scale);
  const deviate = centre - Math.log(-Math.log(Math.max(1e-12, rng()))) / scale;
  return Math.exp(sigma * deviate - sigma ** 2 / 2);
}
