import { existsSync } from 'node:fs';
import type { CommandContext } from '../../cli/command-context.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { SeriesDetector } from '../../core/detect/series-detector.ts';
import { randomDetector, windowedGaussian } from './baselines.ts';
import { summaryLines } from './print-summary.ts';
import { readLabelled, type LabelledSeries } from './read-labelled.ts';
import type { Scored } from './scorer.ts';
import { summarise } from './summary.ts';
import { writeDocs } from './write-docs.ts';

/** As they stand on the command line. */
export interface DetectOptions {
  readonly data?: string;
  readonly writeDocs?: boolean;
  readonly json?: boolean;
}

const DATA_FOLDER = '../shared/data';
/** Progress is told this often. */
const FILES_PER_NOTE = 10;

/** Runs the suite as the command line asks for it. @throws InvalidInputError when there are no series to read */
export function detect(options: DetectOptions, context: CommandContext): void {
  if (options.data === undefined && !existsSync(DATA_FOLDER)) {
    throw new InvalidInputError(
      `--data: left out, and ${DATA_FOLDER} does not exist. Name a folder of labelled series; form: docs/benchmarks.md.`,
    );
  }
  const labelled = readLabelled(options.data ?? DATA_FOLDER);
  const own: Scored[] = [];
  const before = process.cpuUsage();
  for (const series of labelled) {
    own.push({ series, scores: detectorScores(series) });
    if (own.length % FILES_PER_NOTE === 0) context.note(`${own.length} of ${labelled.length} files`);
  }
  const used = process.cpuUsage(before);
  const points = labelled.reduce((sum, { values }) => sum + values.length, 0);
  const scoredBy = (detector: (series: LabelledSeries) => Float64Array) =>
    labelled.map((series) => ({ series, scores: detector(series) }));
  const summary = summarise({
    own,
    windowedGaussian: scoredBy(windowedGaussian),
    random: scoredBy(randomDetector),
    usPerPoint: (used.user + used.system) / points,
  });
  summaryLines(summary).forEach(context.print);
  if (options.writeDocs === true) writeDocs(summary);
  if (options.json === true) context.print(JSON.stringify(summary));
}

/** The project's detector over one series: a strength for each point, 0 for a gap. */
function detectorScores({ atSeconds, values }: LabelledSeries): Float64Array {
  const detector = new SeriesDetector();
  const scores = new Float64Array(values.length);
  let clock = -Infinity;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    // a clock that was set back shows times again: they are taken for the last one
    clock = Math.max(clock, atSeconds[i] ?? clock);
    scores[i] = detector.observe(clock, value).strength;
    detector.told();
  });
  return scores;
}
