import { join } from 'node:path';
import type { CommandContext } from '../../cli/command-context.ts';
import { assemblyOf } from '../../cli/simulate/assembly.ts';
import { isoInstant } from '../../core/units.ts';
import { flyScenario } from '../simulate/fly-scenario.ts';
import { generateScenario } from '../simulate/generate/generate-scenario.ts';
import { seedsIn } from '../simulate/options.ts';
import { judge, type Judged } from './judge.ts';
import { Seen, seeing } from './seen.ts';
import { summarise, summaryLines } from './summary.ts';

export interface PagesOptions {
  readonly seeds: string;
  readonly details?: boolean;
  readonly json?: boolean;
}

const PALETTE_FOLDER = join(import.meta.dirname, '../simulate/palette');
const DAYS = 3;
/** Plans that wait for people get their answer. */
const APPROVES = { kind: 'answer', approved: true, afterMinutes: 5 } as const;

/** Runs the suite as the command line asks for it. */
export async function pages(options: PagesOptions, context: CommandContext): Promise<void> {
  const note = () => context.note('Synthesising the CDK app …');
  const assemblyDirectory = assemblyOf(PALETTE_FOLDER, note, 'bench-assembly');
  const judged: Judged[] = [];
  let jobDays = 0;
  for (const seed of seedsIn(options.seeds)) {
    // people who stop runs, and limits that keep runs from starting, would be no faults, and their pages not false
    const { limits: _limits, ...drawn } = generateScenario(seed, DAYS);
    const answers = drawn.jobs.map(({ name }) => ({ ...APPROVES, job: name }));
    const scenario = { ...drawn, actors: answers };
    const seen = new Seen();
    const { runs } = await flyScenario(scenario, {
      ...{ assemblyDirectory, effort: 'fast', invariants: [seeing(seen)] },
    });
    const one = judge(seen, runs);
    judged.push(one);
    jobDays += scenario.jobs.length * DAYS;
    if (options.details === true) detailLines(seed, one).forEach(context.print);
    if (judged.length % 10 === 0) context.note(`${judged.length} scenarios`);
  }
  const summary = summarise(judged, { days: judged.length * DAYS, jobDays });
  if (options.json === true) context.print(JSON.stringify(summary));
  else summaryLines(summary).forEach(context.print);
}

function detailLines(seed: number, { pages: told, faults }: Judged): string[] {
  return [
    ...faults.map(
      ({ kind, harmed, secondsToPage, rankOfCause, judgedForCause }) =>
        `${seed} fault ${kind}: ${harmed.length === 0 ? 'harmed nothing' : `harmed ${harmed.join(', ')}; page after ${secondsToPage ?? '–'} s; cause ${judgedForCause ? (rankOfCause ?? 'missed') : 'has no name'}`}`,
    ),
    ...told.map(
      ({ atMs, subject, isTrue }) =>
        `${seed} page ${isTrue ? 'true ' : 'FALSE'} ${isoInstant(atMs)} ${subject}`,
    ),
  ];
}
