import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import type { CommandContext } from '../../cli/command-context.ts';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { flyScenario } from './fly-scenario.ts';
import { policyNamed } from './policies/index.ts';
import { scenarioOf, type Request } from './request.ts';
import type { Break, ScenarioResult } from './scenario-result.ts';
import { Scenario } from './scenario.ts';
import { shrinkScenario } from './shrink.ts';

/** Invariants explained at most, each at one seed: shrinking flies a scenario many times. */
const EXPLAINED_MAX = 3;
const TRACE_LINES = 25;

/** Says of each invariant that broke: where, with how little, after what, and how to see it again. */
export async function explainBreaks(
  request: Request,
  results: readonly ScenarioResult[],
  context: CommandContext,
): Promise<void> {
  const first = new Map<string, { readonly seed: string; readonly found: Break }>();
  for (const { seed, breaks } of results)
    for (const found of breaks) if (!first.has(found.invariant)) first.set(found.invariant, { seed, found });
  for (const { seed, found } of [...first.values()].slice(0, EXPLAINED_MAX)) {
    context.note(`Seed ${seed} breaks ${found.invariant}; shrinking …`);
    const shrunk = await shrinkScenario(scenarioOf(request, Number(seed)), found, (candidate) =>
      breakOf(candidate, found.invariant, request),
    );
    const file = join('out', 'bench', `broken-${seed}-${found.invariant}.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, stringify(shrunk.scenario));
    explanation(seed, shrunk.found, shrunk.scenario, file).forEach(context.note);
  }
}

/** Flies the scenario of a file. @returns whether every invariant held */
export async function flyScenarioFile(
  file: string,
  request: Request,
  context: CommandContext,
): Promise<boolean> {
  const scenario = readScenario(file);
  const { breaks, runs } = await flyScenario(scenario, optionsOf(request, scenario));
  for (const { runKey, outcome } of runs) context.print(`${runKey}: ${outcome}`);
  for (const found of breaks) explanation(scenario.seed, found, scenario, file).forEach(context.print);
  if (breaks.length === 0) context.print('Every invariant held.');
  return breaks.length === 0;
}

/** @throws InvalidInputError  when the file is no YAML, or no scenario */
function readScenario(file: string): Scenario {
  const text = readTextFile(file, 'a scenario');
  const allowed =
    'allowed: a scenario, such as the suite writes for what it breaks (out/bench/broken-*.yaml)';
  let found: unknown;
  try {
    found = parse(text);
  } catch (error) {
    const [why] = String(error instanceof Error ? error.message : error).split('\n');
    throw new InvalidInputError(`${file}: found no YAML (${why}); ${allowed}.`);
  }
  const scenario = Scenario.safeParse(found);
  if (scenario.success) return scenario.data;
  throw new InvalidInputError(`${file}: ${z.prettifyError(scenario.error)}; ${allowed}.`);
}

async function breakOf(scenario: Scenario, invariant: string, request: Request): Promise<Break | undefined> {
  const { breaks } = await flyScenario(scenario, { ...optionsOf(request, scenario), untilBroken: invariant });
  return breaks.find((found) => found.invariant === invariant);
}

function optionsOf({ assemblyDirectory, effort, policy, everyPass }: Request, scenario: Scenario) {
  const handlers = policyNamed(policy).handlers(scenario);
  return { assemblyDirectory, effort, handlers, leavesOutIdlePasses: !everyPass };
}

function explanation(seed: string, found: Break, scenario: Scenario, file: string): string[] {
  const { faults, actors, jobs } = scenario;
  return [
    '',
    `BROKEN: ${found.invariant}, seed ${seed}, ${found.at}`,
    ...wrapText(found.facts, '  '),
    `Jobs: ${jobs.map(({ name }) => name).join(', ')}. Needed for it:`,
    ...[...faults, ...actors].map((each) => `  ${JSON.stringify(each)}`),
    ...(faults.length + actors.length === 0 ? ['  no fault, and nobody'] : []),
    'Before it, without the passes of the reaper:',
    ...found.trace.slice(-TRACE_LINES).map((line) => `  ${line}`),
    `Again: npm run -s bench -- simulate --scenario ${file}`,
  ];
}
