import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import cliProgress from 'cli-progress';
import { InvalidInputError } from '../../core/errors.ts';
import type { CommandContext } from '../../cli/command-context.ts';
import { readTextFile } from '../../cli/read-text-file.ts';
import { assemblyOf } from '../../cli/simulate/assembly.ts';
import { sourceHash } from '../../cli/simulate/source-hash.ts';
import { seedsIn, wholeNumberIn, type SimulateOptions } from './options.ts';
import { explainBreaks, flyScenarioFile } from './explain-breaks.ts';
import { POLICY_NAMES } from './policies/policy.ts';
import { reliabilityPage } from './reliability-page.ts';
import type { Request } from './request.ts';
import { bundleWorker } from './run/bundle-worker.ts';
import { ResultsFile } from './run/results-file.ts';
import { runSeeds } from './run/run-seeds.ts';
import type { ScenarioResult } from './scenario-result.ts';
import { summarise } from './summary.ts';
import { summaryLines } from './print-summary.ts';

const PALETTE_FOLDER = join(import.meta.dirname, 'palette');
const RESULTS_FOLDER = join('out', 'bench');
/** What flies and judges scenarios; the assembly's folder stands for the rest. */
const JUDGING_FOLDERS = ['bench', 'simulator', 'cli'].map((folder) =>
  join(import.meta.dirname, '../..', folder),
);
const RELIABILITY_PAGE = join('docs', 'reliability.md');
const DAYS_MAX = 366;
/** Where progress cannot be drawn over itself. */
const SAID_EVERY_MS = 10_000;
const WORKERS_MAX = 64;

/**
 * Runs the suite as the command line asks for it.
 *
 * @returns whether every invariant held
 */
export async function simulate(options: SimulateOptions, context: CommandContext): Promise<boolean> {
  const request = requestOf(options, context);
  if (options.scenario !== undefined) return flyScenarioFile(options.scenario, request, context);
  const seeds = seedsIn(options.seeds);
  const workers =
    options.workers === undefined
      ? availableParallelism()
      : wholeNumberIn('--workers', options.workers, WORKERS_MAX);
  const others = options.compare === true ? POLICY_NAMES.filter((name) => name !== options.policy) : [];
  const startedMs = performance.now();
  const byPolicy = new Map<string, ScenarioResult[]>();
  for (const policy of [options.policy, ...others]) {
    const results = await flown({ ...request, policy }, seeds, workers, options.resume === true, context);
    byPolicy.set(policy, results);
  }
  const summary = summarise(byPolicy, (performance.now() - startedMs) / 1000);
  for (const policy of [options.policy, ...others])
    await explainBreaks({ ...request, policy }, byPolicy.get(policy) ?? [], context);
  if (options.writeDocs === true) {
    const command = `npm run -s bench -- simulate --seeds ${options.seeds} --write-docs`;
    writeFileSync(RELIABILITY_PAGE, reliabilityPage(byPolicy.get(options.policy) ?? [], command));
  }
  if (options.json === true) context.print(JSON.stringify(summary));
  else summaryLines(summary, [...byPolicy.values()].flat()).forEach(context.print);
  return summary.violations.length === 0;
}

function requestOf(options: SimulateOptions, context: CommandContext): Request {
  if (options.jobs !== undefined && options.world === undefined) {
    throw new InvalidInputError(
      '--jobs: found without --world, allowed: with it. Drawn scenarios draw their jobs.',
    );
  }
  const folder = options.world === undefined ? PALETTE_FOLDER : (options.jobs ?? 'examples/jobs');
  const home = options.world === undefined ? 'bench-assembly' : 'assembly';
  return {
    assemblyDirectory: assemblyOf(folder, () => context.note('Synthesising the CDK app …'), home),
    days: wholeNumberIn('--days', options.days, DAYS_MAX),
    effort: options.effort,
    policy: options.policy,
    everyPass: options.everyPass === true,
    faults: options.faults ?? (options.world === undefined ? 'catalogue' : 'none'),
    world:
      options.world === undefined
        ? null
        : { name: options.world, text: readTextFile(options.world, 'a world file') },
  };
}

/** Results of all seeds, in their order; with `resume`, of those that are not on disk already. */
async function flown(
  request: Request,
  seeds: readonly number[],
  workers: number,
  resume: boolean,
  context: CommandContext,
): Promise<ScenarioResult[]> {
  const file = new ResultsFile(RESULTS_FOLDER, request, sourceHash(JUDGING_FOLDERS));
  const known = new Map(resume ? file.read().map((result) => [result.seed, result]) : []);
  if (!resume) file.begin();
  const left = seeds.filter((seed) => !known.has(String(seed)));
  const bar = new cliProgress.SingleBar({
    format: `{bar} {value}/{total} scenarios, ${request.policy}, {broken} broken`,
    barsize: 30,
    noTTYOutput: false,
    clearOnComplete: true,
  });
  let broken = 0;
  let saidMs = performance.now();
  if (context.interactive) bar.start(seeds.length, seeds.length - left.length, { broken });
  await runSeeds(request, left, {
    worker: await bundleWorker(RESULTS_FOLDER),
    workers,
    onResult(result) {
      known.set(result.seed, result);
      file.keep(result);
      broken += result.breaks.length > 0 ? 1 : 0;
      bar.increment({ broken });
      if (context.interactive || performance.now() - saidMs < SAID_EVERY_MS) return;
      saidMs = performance.now();
      context.note(`${known.size} of ${seeds.length} scenarios, ${request.policy}, ${broken} broken`);
    },
  });
  bar.stop();
  return seeds.flatMap((seed) => known.get(String(seed)) ?? []);
}
