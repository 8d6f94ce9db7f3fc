import type { Remedy } from '../contracts/failure.ts';
import { ATTEMPTS_MAX } from '../contracts/job.ts';
import { NUMBER_FACTS, TEXT_FACTS } from './failure-facts.ts';
import { FAILURE_POLICY } from './failure-policy.ts';
import type { Condition, FailureRule } from './failure-rule.ts';

const REMEDY_WORDS: Readonly<Record<Remedy, string>> = {
  'same-again': 'the same again',
  'other-plan': 'other instance types',
  'other-zone': 'another zone',
  'on-demand': 'on demand only',
  'more-executor-memory': 'twice the executor memory a core, or what past runs wanted if that is more',
  'more-driver-memory': 'twice the driver memory',
  'fewer-executors-per-node': 'half as many executors a node',
  'more-disk': 'twice the disk',
  'stop-and-tell': 'stop and tell',
};

/** What the next attempt does otherwise, in a few words. */
export function remedyText(remedy: Remedy): string {
  return REMEDY_WORDS[remedy];
}

/** The failure policy as a page of the documentation. */
export function policyPage(): string {
  const rows = FAILURE_POLICY.map((rule) => [
    `[${rule.id}](#${rule.id})`,
    rule.remedies.length === 0 ? 'final' : 'retryable',
    sequenceText(rule),
  ]);
  return `${[
    '# What happens when an attempt fails',
    'Written by `npm run failure-policy` from `core/failure-policy`; a test fails when the two differ.',
    [
      'After every failed attempt, CollectRun gathers facts and takes the first row below whose evidence holds. The',
      'record keeps its name, the facts that decided, and what is tried next; messages say it in a sentence. Only',
      'states, codes, class names and figures count as facts. The text of a message never does: AWS changes it.',
    ].join('\n'),
    [
      `A run has as many attempts as its job allows (\`maxAttempts\`, ${ATTEMPTS_MAX} at most), and a row as many as it`,
      'has remedies: whichever ends first. A remedy stays in force for all later attempts of the run. The wait before',
      'an attempt doubles with each failure of its kind, is partly random, and takes a tenth of the time that is left',
      'until the deadline at most. The next attempt starts only when the last cluster is proved gone.',
    ].join('\n'),
    [
      'Beside this, pools that had no capacity are left alone for a while, for all jobs: see',
      '[the circuit breaker](decisions/pool-breaker.md).',
    ].join('\n'),
    table(['failure', 'is', 'tried next'], rows),
    ...FAILURE_POLICY.map(section),
  ].join('\n\n')}\n`;
}

function sequenceText({ remedies }: FailureRule): string {
  const steps = remedies.map(
    ({ remedy, times }) => `${remedyText(remedy)}${times > 1 ? ` (${times} times)` : ''}`,
  );
  return [...steps, remedyText('stop-and-tell')].join(', then ');
}

function section(rule: FailureRule): string {
  const { id, says, advice, evidence, wait, source } = rule;
  const shown = evidence.map((alternative) => `  - ${alternative.map(conditionText).join('; ')}`);
  const parts = [
    `## ${id}\n\n${says} ${advice}`,
    [
      evidence.length === 0 ? '- Shows as: nothing that another row knows.' : '- Shows as one of:',
      ...shown,
      `- Tried next: ${sequenceText(rule)}.`,
      ...(wait === null
        ? []
        : [`- Waits about ${wait.firstSeconds} s at first, ${wait.mostSeconds} s at most.`]),
      `- Documented in: ${source}.`,
    ].join('\n'),
  ];
  return parts.join('\n\n');
}

function conditionText(condition: Condition): string {
  if ('text' in condition) {
    const names = condition.anyOf.map((name) => `\`${name}\``).join(', ');
    return `${TEXT_FACTS[condition.text]}: ${names}`;
  }
  const bound = 'atLeast' in condition ? `at least ${condition.atLeast}` : `at most ${condition.atMost}`;
  return `${NUMBER_FACTS[condition.number]}: ${bound}`;
}

/** A table with its columns aligned, as the formatter leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
