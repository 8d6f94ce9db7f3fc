import * as Plot from '@observablehq/plot';
import { BENCHMARKS_PAGE, markdownTable, writePicture, writeSection } from '../docs/page-section.ts';
import { COLOURS, standaloneChart } from '../docs/standalone-chart.ts';
import type { DetectSummary, ProfileFigures } from './summary.ts';

/** Room for the name of a profile, in points of the score. */
const KEY_WIDTH = 16;

/** Puts the suite's figures between their marks in docs/benchmarks.md, and draws the picture that stands there. */
export function writeDocs(summary: DetectSummary, page = BENCHMARKS_PAGE): void {
  const { files, windows, detected, falsePositives, baselines, byCategory, usPerPoint } = summary;
  const methods = [
    ['detector, threshold', 'standard', 'low FP', 'low FN'],
    cells('Flarepath, tuned', summary.tuned),
    cells('Flarepath, as shipped', summary.shipped),
    cells('Flarepath, tuned on the other categories', summary.heldOut),
    cells('windowed Gaussian, tuned', baselines.windowedGaussian.tuned),
    cells('random, tuned', baselines.random.tuned),
  ];
  const categories = [
    ['category, tuned over all files', 'standard', 'low FP', 'low FN'],
    ...Object.entries(byCategory).map(([name, figures]) => cells(name, figures)),
  ];
  const picture = writePicture(page, 'detect-categories', 'Scores by category', chart(summary));
  writeSection(page, 'detect', [
    `${files} files, ${windows} windows, of which ${detected} are found with ${falsePositives} false alarms (tuned, standard); ${usPerPoint} µs of one core a point:`,
    '',
    ...markdownTable(methods),
    '',
    ...markdownTable(categories),
    '',
    picture,
  ]);
}

function chart({ byCategory, shipped, tuned }: DetectSummary): string {
  const keys = [
    { name: 'standard', colour: COLOURS.own },
    { name: 'low FP', colour: COLOURS.first },
    { name: 'low FN', colour: COLOURS.second },
  ];
  const rows = Object.entries({ 'all, tuned': tuned, 'all, as shipped': shipped, ...byCategory })
    .filter(([, figures]) => figures.standard !== null)
    .flatMap(([category, { standard, lowFP, lowFN }]) => [
      { category, profile: 'standard', score: standard },
      { category, profile: 'low FP', score: lowFP },
      { category, profile: 'low FN', score: lowFN },
    ]);
  return standaloneChart(
    {
      width: 560,
      height: 300,
      marginLeft: 150,
      marginTop: 28,
      x: { label: 'normalised score', domain: [0, 100], grid: true, clamp: true },
      y: { label: null, domain: [...new Set(rows.map(({ category }) => category))] },
      color: { domain: keys.map(({ name }) => name), range: keys.map(({ colour }) => colour) },
      marks: [
        Plot.dot(rows, { x: 'score', y: 'category', fill: 'profile', r: 4 }),
        Plot.text(
          keys.map((key, i) => ({ ...key, x: 2 + KEY_WIDTH * i })),
          { x: 'x', text: 'name', fill: 'colour', frameAnchor: 'top', textAnchor: 'start', dy: -16 },
        ),
      ],
    },
    'Normalised scores of the three profiles, over all files and in each category',
  );
}

function cells(name: string, { standard, lowFP, lowFN }: ProfileFigures): string[] {
  return [name, ...[standard, lowFP, lowFN].map((figure) => figure?.toFixed(1) ?? '-')];
}
