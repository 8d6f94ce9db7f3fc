import { mkdirSync } from 'node:fs';
import type { CommandContext } from '../../cli/command-context.ts';
import { highsSolver } from '../../lambdas/runtime/highs.ts';
import { seedsIn } from '../simulate/options.ts';
import { generateInstance } from './generate-instance.ts';
import { readInstances, writeJson, type Instance } from './instance.ts';
import { offeredTypes } from './instance-types.ts';
import { measureInstance, sizeInstance, type Measured } from './measure-instance.ts';
import { sizingLines } from './print-sizing.ts';
import { summarise } from './summary.ts';
import { frontRatio, testProblems } from './test-problems.ts';
import { writeSizingDocs } from './write-sizing-docs.ts';

/** As they stand on the command line. */
export interface SizingOptions {
  readonly seeds: string;
  readonly instances?: string;
  readonly data?: string;
  readonly dump?: string;
  readonly effort: 'fast' | 'full';
  readonly writeDocs?: boolean;
  readonly json?: boolean;
}

/** @throws InvalidInputError  for options or instances that cannot be used */
export async function sizing(options: SizingOptions, context: CommandContext): Promise<void> {
  const instances = instancesOf(options);
  const solver = await highsSolver();
  if (options.dump !== undefined) mkdirSync(options.dump, { recursive: true });
  // the first plan of a process pays for compiling: no figure of the suite is about that
  const [first] = instances;
  if (first !== undefined) sizeInstance(first, options.effort, solver);
  const measured: Measured[] = [];
  for (const instance of instances) {
    const each = measureInstance(instance, solver, options.effort);
    measured.push(each);
    context.note(progressLine(each, measured.length, instances.length));
    if (options.dump === undefined) continue;
    writeJson(options.dump, `${instance.name}.instance`, instance);
    writeJson(options.dump, `${instance.name}.plan`, each);
  }
  const fronts = testProblems().map((problem) => {
    const ratio = frontRatio(problem);
    context.note(`${ratio.problem}: ${(100 * ratio.hypervolumeRatio).toFixed(2)} % of the known hypervolume`);
    return ratio;
  });
  const summary = summarise(measured, fronts);
  const lines = sizingLines(summary, measured);
  lines.forEach(context.print);
  if (options.writeDocs === true) writeSizingDocs(lines, measured);
  if (options.json === true) context.print(JSON.stringify(summary));
}

function instancesOf({ instances, seeds, data }: SizingOptions): Instance[] {
  if (instances !== undefined) return readInstances(instances);
  const offered = offeredTypes(data);
  return seedsIn(seeds).map((seed) => generateInstance(seed, offered));
}

function progressLine(each: Measured, done: number, all: number): string {
  const usd = (value: number | null) => (value === null ? 'none' : value.toFixed(4));
  return `${done}/${all} ${each.name} (${each.kind}): ${usd(each.costUsd)} USD, bound ${usd(each.floorUsd)}, best known ${usd(each.bestKnownUsd)}, ${each.milliseconds.toFixed(0)} ms`;
}
