import * as z from 'zod';

const nonNegative = z.number().min(0);

/** One stage of a program, as work that a cluster has to do. Stages run one after another. */
const Stage = z.strictObject({
  name: z.string().min(1),
  /** work per GiB of the run's input, in seconds of one m5 core */
  coreSecondsPerGib: nonNegative.default(0),
  /** work that does not depend on the load, in seconds of one m5 core */
  fixedCoreSeconds: nonNegative.default(0),
  tasks: z.union([
    z.strictObject({ perGib: z.number().positive() }),
    z.strictObject({ fixed: z.number().int().positive() }),
  ]),
  /** standard deviation of the logarithm of task times */
  skewSigma: nonNegative.max(3).default(0.25),
  /** what the tasks read: the run's input from S3, the shuffle of the stage before, or memory */
  reads: z.enum(['input', 'shuffle', 'cache']).default('shuffle'),
  /** shuffle written per GiB of input, read by the next stage */
  shuffleGibPerGib: nonNegative.default(0),
  /** execution memory a core needs before it spills, GiB, at `referenceGib` of load when tasks are fixed */
  memoryGibPerCore: nonNegative.default(0.5),
  /** the whole stage this many times: iterations of training */
  repeat: z.number().int().min(1).max(200).default(1),
  /** work of the driver alone while every core waits, seconds */
  driverSeconds: nonNegative.default(2),
});
export type Stage = z.output<typeof Stage>;

const StageChain = z.array(Stage).min(1);

/** What a job's Spark code does. */
export const Program = z.strictObject({
  stages: StageChain.default([
    Stage.parse({
      name: 'read',
      reads: 'input',
      coreSecondsPerGib: 1100,
      tasks: { perGib: 8 },
      shuffleGibPerGib: 0.4,
    }),
    Stage.parse({ name: 'write', coreSecondsPerGib: 600, tasks: { fixed: 400 } }),
  ]),
  /** stages of a step with this name, where it does not run `stages` */
  steps: z.record(z.string(), StageChain).default({}),
  /** the load at which `memoryGibPerCore` of stages with fixed tasks holds */
  referenceGib: z.number().positive().default(100),
  /** session, jars, listing of the input: seconds before the first stage */
  startSeconds: nonNegative.default(35),
  /** share of tasks that take 2 to 5 times as long */
  stragglerRate: nonNegative.max(1).default(0.01),
  /** probability that a step fails of itself */
  failureRate: nonNegative.max(1).default(0),
  /** standard deviation of the logarithm of a run's whole work: values, not only bytes, differ */
  workSigma: nonNegative.max(1).default(0.05),
  outputGibPerGib: nonNegative.default(0.2),
  outputObjects: z.number().int().min(1).max(1000).default(32),
});
export type Program = z.output<typeof Program>;

/** How Spark and YARN behave, whatever the program. */
export const SparkParameters = z.strictObject({
  /** clusters that start the progress reporter report each minute; without it there are only step states */
  progressReported: z.boolean().default(true),
  version: z.string().default('3.5.6-amzn-0'),
  /** work slows by 1 + this × (needed ÷ available memory − 1) once it spills */
  spillSlowdown: nonNegative.default(1.6),
  /** needed ÷ available memory beyond which YARN kills the container (exit 137) */
  outOfMemoryRatio: z.number().min(1).default(2.6),
  /** share of a node's nominal bandwidth that a shuffle reaches */
  networkEfficiency: z.number().positive().max(1).default(0.55),
  /** driver time to launch one task, seconds: a limit on very many tasks */
  launchSecondsPerTask: nonNegative.default(0.003),
  /** with Spark's decommissioning of shuffle blocks: share of a warned node's shuffle files that is saved */
  decommissionSavesShare: z.number().min(0).max(1).default(0.85),
  /** a simulated task merges at most 1 ÷ (this × cores) of a stage's tasks that are left */
  mergeFactor: z.number().min(0.5).max(20).default(1.25),
});
export type SparkParameters = z.output<typeof SparkParameters>;
