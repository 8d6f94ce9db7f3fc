import { seededRng, type Rng } from '../../../core/numerics/rng.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { normal } from '../draws.ts';
import type { Program, SparkParameters, Stage } from './program.ts';

/** Cores that tasks are cut for at least: more may join while a stage runs. */
const FEWEST_CORES = 32;

/** One simulated task: one of Spark's tasks, or several that one core does after one another. */
export interface Task {
  readonly index: number;
  /** position of its stage in the program's unrolled chain */
  readonly stage: number;
  /** of Spark's tasks */
  readonly sparkTasks: number;
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
 * The tasks of one stage. Where Spark would run very many, neighbours are merged into one that a core does
 * in a row: the early ones much, the last ones not at all, so that the stage's end is as uneven as it would
 * be. The longest of all tasks is put back, since merging hides it.
 *
 * @param cores  cores alive when the stage begins
 * @param seed  of the run; the same stage of the same run always gets the same tasks
 * @see Polychronopoulos and Kuck, Guided Self-Scheduling, 1987 (sizes of the merged tasks)
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
  const sizes = mergedSizes(real, Math.max(cores, FEWEST_CORES) * parameters.mergeFactor);
  const meanSeconds = (stageWorkSeconds(stage, run.loadGib) * run.workFactor) / real;
  const meanBytes = (run.loadGib * BYTES_PER_GIB) / real;
  const heaviest = Math.floor(rng() * sizes.length);
  return sizes.map((size, index) => {
    const sigma = stage.skewSigma / Math.sqrt(size);
    const skew = size * Math.exp(sigma * normal(rng) - sigma ** 2 / 2);
    const delay = straggling(rng, program.stragglerRate, size);
    const extra = index === heaviest && sizes.length < real ? longestOf(rng, real, stage.skewSigma) : 0;
    return {
      index,
      stage: load.position,
      sparkTasks: size,
      workSeconds: meanSeconds * (skew + delay + extra),
      inputBytes: stage.reads === 'input' ? meanBytes * skew : 0,
      shuffleReadBytes: meanBytes * load.shuffleReadGibPerGib * skew,
      shuffleWriteBytes: meanBytes * stage.shuffleGibPerGib * skew,
      attempt: 0,
    };
  });
}

/** How many of Spark's tasks each simulated one stands for: a share of what is left, at least one. */
function mergedSizes(real: number, share: number): number[] {
  const sizes: number[] = [];
  for (let left = real; left > 0;) {
    const size = Math.max(1, Math.floor(left / share));
    sizes.push(size);
    left -= size;
  }
  return sizes;
}

/** Extra time of a straggler among merged tasks, in mean task times. */
function straggling(rng: Rng, rate: number, merged: number): number {
  const struck = rng() < 1 - (1 - rate) ** merged;
  const factor = 2 + 3 * rng();
  return struck ? factor - 1 : 0;
}

/** Longest of many lognormal task times, relative to their mean. @see Gumbel, Statistics of Extremes, 1958 */
function longestOf(rng: Rng, count: number, sigma: number): number {
  const scale = Math.sqrt(2 * Math.log(count));
  const centre = scale - (Math.log(Math.log(count)) + Math.log(4 * Math.PI)) / (2 * scale);
  const deviate = centre - Math.log(-Math.log(Math.max(1e-12, rng()))) / scale;
  return Math.exp(sigma * deviate - sigma ** 2 / 2);
}
