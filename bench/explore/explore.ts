import type { CommandContext } from '../../cli/command-context.ts';
import { sampleQuantile } from '../../core/numerics/quantiles.ts';
import { seededRng, type Rng } from '../../core/numerics/rng.ts';
import { wholeNumberIn } from '../simulate/options.ts';
import { readWorkloads, type Configuration, type Workload } from './read-workloads.ts';
import { bestCost, STRATEGIES, type Strategy } from './strategies.ts';

export interface ExploreOptions {
  readonly data: string;
  readonly repeats: string;
  readonly json?: boolean;
}

const MOST_REPEATS = 1000;
/** Deadlines, in runtimes of the fastest cluster: from tight to slack. */
const DEADLINES = [1.25, 1.5, 2, 3, 5] as const;
const NEAR_ENOUGH = 1.05;
const LOOKS = [3, 6, 10] as const;

/** How one search went. */
interface Found {
  /** tries until one was in time and within 5 % of the cheapest that is */
  readonly tries: number;
  /** what they cost together, in costs of the cheapest run in time */
  readonly searchCost: number;
}

/** Figures of one strategy over all searches. */
interface Figures {
  readonly triesMean: number;
  readonly triesMedian: number;
  /** share of the searches that were there after 3, 6 and 10 tries, 0..1 */
  readonly within: Readonly<Record<string, number>>;
  readonly searchCost: number;
}

/** Runs the suite. @throws InvalidInputError  for options or data that cannot be used */
export function explore(options: ExploreOptions, context: CommandContext): void {
  const repeats = wholeNumberIn('--repeats', options.repeats, MOST_REPEATS);
  const workloads = readWorkloads(options.data);
  const figures = Object.entries(STRATEGIES).map(([name, strategy]): [string, Figures] => {
    context.note(`${name}: ${workloads.length} workloads, ${DEADLINES.length} deadlines, ${repeats} times`);
    return [name, figuresOf(workloads.flatMap((workload) => searches(workload, strategy, repeats)))];
  });
  linesOf(figures, workloads.length).forEach(context.print);
  if (options.json === true) {
    const summary = {
      suite: 'explore',
      workloads: workloads.length,
      strategies: Object.fromEntries(figures),
    };
    context.print(JSON.stringify(summary));
  }
}

function searches(workload: Workload, strategy: Strategy, repeats: number): Found[] {
  const { name, configurations } = workload;
  const fastest = Math.min(...configurations.map(({ runtimeSeconds }) => runtimeSeconds));
  return DEADLINES.flatMap((slack) =>
    Array.from({ length: repeats }, (_, i) =>
      search(configurations, strategy, slack * fastest, seededRng(`${name}/${slack}/${i}`)),
    ),
  );
}

function search(
  configurations: readonly Configuration[],
  strategy: Strategy,
  deadlineSeconds: number,
  rng: Rng,
): Found {
  const cheapest = bestCost(configurations, deadlineSeconds) ?? 0;
  const tried: Configuration[] = [];
  let left = shuffled(configurations, rng);
  while (left.length > 0) {
    const next = strategy({ tried, left, deadlineSeconds, rng });
    if (next === undefined) break;
    tried.push(next);
    left = left.filter((one) => one !== next);
    const best = bestCost(tried, deadlineSeconds);
    if (best !== null && best <= NEAR_ENOUGH * cheapest) break;
  }
  return { tries: tried.length, searchCost: tried.reduce((sum, { cost }) => sum + cost, 0) / cheapest };
}

function shuffled<T>(values: readonly T[], rng: Rng): T[] {
  return values
    .map((value) => ({ value, key: rng() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

function figuresOf(found: readonly Found[]): Figures {
  const tries = found.map((one) => one.tries).sort((a, b) => a - b);
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    triesMean: meanOf(tries),
    triesMedian: sampleQuantile(tries, 0.5),
    within: Object.fromEntries(
      LOOKS.map((look) => [look, meanOf(tries.map((count) => (count <= look ? 1 : 0)))]),
    ),
    searchCost: meanOf(found.map(({ searchCost }) => searchCost)),
  };
}

function linesOf(figures: readonly (readonly [string, Figures])[], workloads: number): string[] {
  const row = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(14) : cell.padStart(9))).join('');
  return [
    `Tries until a run is in time and within 5 % of the cheapest, ${workloads} workloads`,
    '',
    row(['strategy', 'mean', 'median', ...LOOKS.map((look) => `by ${look}`), 'cost']),
    ...figures.map(([name, { triesMean, triesMedian, within, searchCost }]) =>
      row([
        name,
        triesMean.toFixed(2),
        triesMedian.toFixed(1),
        ...LOOKS.map((look) => `${(100 * (within[look] ?? 0)).toFixed(0)} %`),
        searchCost.toFixed(1),
      ]),
    ),
  ];
}
