import { FAULT_ROWS } from '../../simulator/faults/catalogue.ts';
import { INVARIANTS } from './invariants/index.ts';
import { MUTATIONS } from './mutations/index.ts';
import type { RunResult, ScenarioResult } from './scenario-result.ts';

/** Outcomes of runs that a fault struck, in the order of the table. */
const COLUMNS: readonly (readonly [title: string, of: (run: RunResult) => boolean])[] = [
  ['on time', ({ outcome }) => outcome === 'on-time'],
  ['late, announced', ({ outcome, announced }) => outcome === 'late' && announced],
  ['late', ({ outcome, announced }) => outcome === 'late' && !announced],
  ['failed, told', ({ outcome, told }) => outcome === 'failed' && told],
  ['failed, not told', ({ outcome, told }) => outcome === 'failed' && !told],
  ['stopped or not flown', ({ outcome }) => outcome === 'stopped' || outcome === 'unflown'],
];

/**
 * The page that says what was simulated, what went wrong there, and what came of it.
 *
 * @param command  that makes it again
 */
export function reliabilityPage(results: readonly ScenarioResult[], command: string): string {
  const runs = results.flatMap((result) => result.runs);
  const strikes = sum(results.flatMap(({ faultsInjected }) => Object.values(faultsInjected)));
  const broken = sum(results.map(({ breaks }) => breaks.length));
  return `${[
    '# Reliability',
    '',
    'Runs are flown on the simulated AWS in seeded scenarios with faults ([catalogue](fault-catalogue.md)), while',
    'every invariant below is watched at every event. This page is written by',
    '',
    '```',
    command,
    '```',
    '',
    `${results.length} scenarios, ${runs.length} runs, ${strikes} faults struck, ${broken} invariants broken.`,
    '',
    '## What struck, and what came of it',
    '',
    'A run counts in a row when a fault of that kind struck while it was under way; what else struck it then is not',
    'told apart. Stopped or not flown: people stopped, declined or paused it, or its policy skipped it. `stale-read`',
    'cannot strike: every read of the ledger is strongly consistent.',
    '',
    ...table(
      ['fault', 'struck', ...COLUMNS.map(([title]) => title)],
      Object.keys(FAULT_ROWS)
        .sort()
        .map((kind) => faultRow(kind, results, runs)),
    ),
    '',
    '## What must hold',
    '',
    'For each invariant the code is broken in known ways, and a scenario must then show it:',
    '`npx vitest run test/bench/simulate/mutations.test.ts`.',
    '',
    ...table(['invariant', 'promises', 'noticed when'], INVARIANTS.map(invariantRow)),
  ].join('\n')}\n`;
}

function faultRow(
  kind: string,
  results: readonly ScenarioResult[],
  runs: readonly RunResult[],
): (string | number)[] {
  const struck = runs.filter(({ faults }) => faults.includes(kind));
  const times = sum(results.map(({ faultsInjected }) => faultsInjected[kind] ?? 0));
  return [`\`${kind}\``, times, ...COLUMNS.map(([, of]) => struck.filter(of).length)];
}

function invariantRow({ name, promises }: (typeof INVARIANTS)[number]): string[] {
  const mutations = MUTATIONS.filter(({ invariant }) => invariant === name);
  return [`\`${name}\``, promises, mutations.map(({ without }) => without).join('; ')];
}

/** Columns as wide as their widest cell. */
function table(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = [titles, ...rows].map((cells) => cells.map(String));
  const widths = titles.map((_, column) =>
    Math.max(3, ...texts.map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = texts;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
