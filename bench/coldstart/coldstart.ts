import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { CommandContext } from '../../cli/command-context.ts';
import { sampleMedian } from '../../core/numerics/median-and-spread.ts';
import { BENCHMARKS_PAGE, writeSection } from '../docs/page-section.ts';
import { wholeNumberIn } from '../simulate/options.ts';
import { bundleAll, bundleBaseline, bundleProgram, type Bundle } from './bundles.ts';
import { firstInputs, type FirstInput } from './first-inputs.ts';
import { inNewProcess } from './new-process.ts';
import { coldstartLines } from './print-coldstart.ts';
import { refusingServer } from './refusing-server.ts';
import { summarise, type Started, type Summary } from './summary.ts';

/** As they stand on the command line. */
export interface ColdstartOptions {
  readonly repeats: string;
  readonly data?: string;
  readonly writeDocs?: boolean;
  readonly json?: boolean;
}

const FOLDER = join('out', 'bench', 'coldstart');
const BUNDLES = join(FOLDER, 'functions');
const REPEATS_MAX = 101;
/** Instances of the suite sizing: over all types, linear and not. */
const PLAN_SEEDS = [1, 2, 3];

const Begun = z.object({ importMs: z.number(), firstCallMs: z.number(), answer: z.string() });
const Planned = z.object({ peakMib: z.number() });

/** @throws InvalidInputError  for options that cannot be used */
export async function coldstart(options: ColdstartOptions, context: CommandContext): Promise<void> {
  const repeats = wholeNumberIn('--repeats', options.repeats, REPEATS_MAX);
  const bundles = await bundleAll(BUNDLES);
  const inputs = await firstInputs(
    bundles.map(({ name }) => name),
    BUNDLES,
    context.note,
  );
  const baseline = await bundleBaseline(FOLDER);
  const server = await refusingServer();
  let summary: Summary;
  try {
    const cold = bundles.map((bundle) => ({ bundle, input: inputs.get(bundle.name) }));
    const measured = { bundle: baseline.bundle, input: { event: {}, environment: {} } };
    const [begun, ...functions] = await startAll(
      [measured, ...cold],
      { repeats, url: server.url },
      context.note,
    );
    if (begun === undefined) throw new Error('nothing was started');
    summary = summarise({
      functions,
      baseline: begun,
      baselineWithSdkKilobytes: baseline.withSdkKilobytes,
      planPeakMib: await planPeakMib(bundles, inputs, options.data),
    });
  } finally {
    server.close();
  }
  const lines = coldstartLines(summary);
  lines.forEach(context.print);
  if (options.writeDocs === true) writeSection(BENCHMARKS_PAGE, 'coldstart', ['```', ...lines, '```']);
  if (options.json === true) context.print(JSON.stringify(summary));
}

/** Each in turn, again and again: what slows the machine down for a while slows all of them. */
async function startAll(
  cold: readonly { readonly bundle: Bundle; readonly input: FirstInput | undefined }[],
  { repeats, url }: { repeats: number; url: string },
  note: (line: string) => void,
): Promise<Started[]> {
  const program = await bundleProgram(FOLDER, 'cold-call');
  const times = cold.map((): z.infer<typeof Begun>[] => []);
  for (let round = 1; round <= repeats; round += 1) {
    for (const [i, { bundle, input }] of cold.entries()) {
      const order = {
        file: pathToFileURL(bundle.file).href,
        event: input?.event ?? {},
        environment: { ...input?.environment, ...surroundings(url) },
      };
      const begun = Begun.parse(await inNewProcess(program, order));
      times[i]?.push(begun);
      if (round === 1) note(`${bundle.name}: ${begun.answer}`);
    }
  }
  return cold.map(({ bundle: { name, kilobytes, wasmKilobytes }, input }, i) => {
    const own = times[i] ?? [];
    return {
      name,
      kilobytes,
      wasmKilobytes,
      importMs: sampleMedian(own.map(({ importMs }) => importMs)),
      firstCallMs: input === undefined ? null : sampleMedian(own.map(({ firstCallMs }) => firstCallMs)),
    };
  });
}

/** Where requests go, and as whom: nowhere near an account. */
function surroundings(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** The most memory that a process takes in which plan-fleet was loaded and plans, over some instances, MiB. */
async function planPeakMib(
  bundles: readonly Bundle[],
  inputs: ReadonlyMap<string, FirstInput>,
  data: string | undefined,
): Promise<number> {
  const bundle = bundles.find(({ name }) => name === 'plan-fleet');
  if (bundle === undefined) throw new Error('no bundle plan-fleet');
  const program = await bundleProgram(FOLDER, 'plan-memory');
  const peaks: number[] = [];
  for (const seed of PLAN_SEEDS) {
    const order = {
      file: pathToFileURL(bundle.file).href,
      seed,
      data,
      environment: inputs.get(bundle.name)?.environment ?? {},
    };
    peaks.push(Planned.parse(await inNewProcess(program, order)).peakMib);
  }
  return Math.max(...peaks);
}
