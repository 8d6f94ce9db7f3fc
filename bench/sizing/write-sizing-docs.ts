import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { frontChart, gapChart } from './charts.ts';
import type { Measured } from './measure-instance.ts';

const PAGE = join('docs', 'benchmarks.md');
const [START, END] = ['<!-- sizing -->', '<!-- end of sizing -->'];

/** Puts what the suite printed between its marks in docs/benchmarks.md, and draws the pictures that stand there. */
export function writeSizingDocs(lines: readonly string[], measured: readonly Measured[], page = PAGE): void {
  const text = readTextFile(page, 'the page of benchmarks');
  const [from, until] = [text.indexOf(START), text.indexOf(END)];
  if (from < 0 || until < from) {
    throw new InvalidInputError(
      `${page}: found no "${START}" before "${END}". Put both lines where figures belong.`,
    );
  }
  const images = join(dirname(page), 'images');
  mkdirSync(images, { recursive: true });
  writeFileSync(join(images, 'sizing-gap.svg'), `${gapChart(measured)}\n`);
  const [shown] = measured.filter(({ kind, feasible }) => kind === 'non-linear' && feasible);
  if (shown !== undefined) writeFileSync(join(images, 'sizing-front.svg'), `${frontChart(shown)}\n`);
  const section = [
    START,
    '',
    '```',
    ...lines,
    '```',
    '',
    '![How far plans lie above the bound](images/sizing-gap.svg)',
    ...(shown === undefined ? [] : ['', `![Cost and lateness, ${shown.name}](images/sizing-front.svg)`]),
    '',
    '',
  ].join('\n');
  writeFileSync(page, text.slice(0, from) + section + text.slice(until));
}
