import { insideScores, meanOf, meansOf, ofMethod, OURS } from './figures.ts';
import type { JobScores, MethodScores } from './job-scores.ts';
import type { Score } from './protocol.ts';

const SHOWN = [3, 6, 12, 30] as const;
const WIDTHS = [12, 19, 8, 8, 8, 8, 8, 8] as const;

/** Figures of all jobs as one JSON object; errors in %, coverage as shares, NaN never. */
export function jsonOf(scores: readonly JobScores[], fitMsAt30: number | null): unknown {
  const jobs = scores.map(({ table, methods }): [string, unknown] => {
    const own = methods.get(OURS);
    return [table.name, own === undefined ? null : figuresOf(own)];
  });
  const baselines = [...(scores[0]?.methods.keys() ?? [])].filter((name) => name !== OURS);
  return {
    suite: 'runtime',
    jobs: Object.fromEntries(jobs),
    mean: meansOf(scores, OURS),
    coverage95: meanOf(ofMethod(scores, OURS).flatMap(insideScores).map(coverageOf)),
    outwardCoverage95: meanOf(ofMethod(scores, OURS).map(({ outward }) => coverageOf(outward))),
    fitMsAt30,
    baselines: Object.fromEntries(baselines.map((name) => [name, meansOf(scores, name)])),
  };
}

/** A table for people, 80 columns wide. */
export function resultLines(
  scores: readonly JobScores[],
  fitMsAt30: number | null,
  splits: number,
): string[] {
  const rows = scores.flatMap(({ table, methods }) =>
    [...methods].map(([name, method]) => {
      const few = SHOWN.map((known) => percent(method.availability.get(known)?.mapePercent));
      const rest = [percent(method.global.mapePercent), percent(method.outward?.mapePercent)];
      return line([name === OURS ? table.name : '', name, ...few, ...rest]);
    }),
  );
  const means = [...(scores[0]?.methods.keys() ?? [])].map((name) => {
    const mean = meansOf(scores, name);
    const cells = [mean.at3, mean.at6, mean.at12, mean.at30, mean.global, mean.outward].map(percent);
    return line([name === OURS ? 'mean' : '', name, ...cells]);
  });
  const inside = meanOf(ofMethod(scores, OURS).flatMap(insideScores).map(coverageOf));
  const outward = meanOf(ofMethod(scores, OURS).map((method) => coverageOf(method.outward)));
  return [
    `Mean absolute percentage error of predicted runtimes, ${splits} splits of each kind`,
    '',
    line(['job', 'method', ...SHOWN.map((known) => `${known} runs`), 'global', 'outward']),
    ...rows,
    ...means,
    '',
    `Runs below the 95th percentile: ${share(inside)} (few runs and global), ${share(outward)} (outward).`,
    ...(fitMsAt30 === null ? [] : [`A fit on 30 runs takes ${fitMsAt30.toFixed(0)} ms of one core.`]),
  ];
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, i) => (i < 2 ? cell.padEnd(WIDTHS[i] ?? 8) : cell.padStart(WIDTHS[i] ?? 8)))
    .join('')
    .trimEnd();
}

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(2);
}

function share(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(1)} %`;
}

function figuresOf({ global, availability, outward }: MethodScores): unknown {
  return {
    global: global.mapePercent,
    availability: Object.fromEntries([...availability].map(([known, score]) => [known, score.mapePercent])),
    outward: outward?.mapePercent ?? null,
    coverage95: {
      global: coverageOf(global),
      availability: Object.fromEntries([...availability].map(([known, score]) => [known, coverageOf(score)])),
      outward: coverageOf(outward),
    },
  };
}

function coverageOf(score: Score | null): number | null {
  return score?.coverage95 ?? null;
}
