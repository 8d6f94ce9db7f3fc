import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { calibrationChart } from './calibration-chart.ts';
import type { CaseScores } from './evaluate.ts';
import type { ForecastSummary, MethodFigures } from './summary.ts';

const PAGE = join('docs', 'benchmarks.md');

/** Puts the suite's figures between their marks in docs/benchmarks.md, and draws the picture that stands there. */
export function writeDocs(summary: ForecastSummary, cases: readonly CaseScores[], page = PAGE): void {
  const { cadence } = summary;
  const image = `images/forecast-${cadence}.svg`;
  const text = readTextFile(page, 'the page of benchmarks');
  const [start, end] = [`<!-- forecast ${cadence} -->`, `<!-- end of forecast ${cadence} -->`];
  const from = text.indexOf(start);
  const until = text.indexOf(end);
  if (from < 0 || until < from) {
    throw new InvalidInputError(
      `${page}: found no "${start}" before "${end}". Put both lines where figures belong.`,
    );
  }
  const picture = join(dirname(page), image);
  mkdirSync(dirname(picture), { recursive: true });
  writeFileSync(picture, `${calibrationChart(cases)}\n`);
  const section = [start, '', ...table(summary), '', `![Calibration, ${cadence}](${image})`, '', ''].join(
    '\n',
  );
  writeFileSync(page, text.slice(0, from) + section + text.slice(until));
}

function table(summary: ForecastSummary): string[] {
  const { cadence, series, forecasts, baselines } = summary;
  const row = (name: string, figures: MethodFigures) => [
    name,
    `${figures.smape.toFixed(2)} %`,
    figures.mase?.toFixed(3) ?? '-',
    figures.owa?.toFixed(3) ?? '-',
    percent(figures.coverage95),
    percent(figures.p90Coverage),
    figures.pinballVsNaive?.toFixed(3) ?? '-',
  ];
  const rows = [
    ['method', 'sMAPE', 'MASE', 'OWA', 'within 95 %', 'below P90', 'pinball'],
    row('Flarepath', summary),
    row('seasonal naive', baselines.seasonalNaive),
    row('Naive2', baselines.naive2),
  ];
  return [`${series} series, ${cadence}, ${forecasts} forecasts:`, '', ...aligned(rows)];
}

/** A Markdown table as Prettier would have it. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, c) => Math.max(3, ...rows.map((row) => row[c]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [heading = [], ...others] = rows.map((row) => row.map((cell, c) => cell.padEnd(widths[c] ?? 0)));
  return [line(heading), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)];
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}
