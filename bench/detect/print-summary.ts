import type { DetectSummary, ProfileFigures } from './summary.ts';

const LABEL_WIDTH = 44;
const FIGURE_WIDTH = 10;

/** The suite's figures for people, at most 80 columns. */
export function summaryLines(summary: DetectSummary): string[] {
  const { files, windows, baselines, byCategory, usPerPoint } = summary;
  return [
    `${files} files, ${windows} windows; 100 = all found at once, 0 = silence`,
    '',
    ' '.repeat(LABEL_WIDTH) + ['standard', 'low FP', 'low FN'].map((h) => h.padStart(FIGURE_WIDTH)).join(''),
    row('Flarepath, tuned', summary.tuned),
    row(`Flarepath, as shipped (${summary.shippedThreshold} decades)`, summary.shipped),
    row('Flarepath, tuned on other categories', summary.heldOut),
    row('windowed Gaussian, tuned', baselines.windowedGaussian.tuned),
    row('random, tuned', baselines.random.tuned),
    '',
    ...Object.entries(byCategory).map(([category, figures]) => row(`  ${category}`, figures)),
    '',
    `found ${summary.detected} of ${windows} windows, ${summary.falsePositives} false alarms (tuned, standard)`,
    `CPU time of a point: ${usPerPoint} us`,
  ];
}

function row(label: string, figures: ProfileFigures): string {
  return (
    label.padEnd(LABEL_WIDTH) +
    [figures.standard, figures.lowFP, figures.lowFN]
      .map((figure) => (figure?.toFixed(2) ?? '-').padStart(FIGURE_WIDTH))
      .join('')
  );
}
