import type { CommandContext } from '../../cli/command-context.ts';
import type { JobScores, MethodScores } from './job-scores.ts';
import type { Score } from './protocol.ts';

const OURS = 'flarepath';
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
export function printResults(
  scores: readonly JobScores[],
  fitMsAt30: number | null,
  splits: number,
  context: CommandContext,
): void {
  context.print(`Mean absolute percentage error of predicted runtimes, ${splits} splits of each kind`);
  context.print('');
  context.print(line(['job', 'method', ...SHOWN.map((known) => `${known} runs`), 'global', 'outward']));
  for (const { table, methods } of scores) {
    for (const [name, method] of methods) {
      const few = SHOWN.map((known) => percent(method.availability.get(known)?.mapePercent));
      const rest = [percent(method.global.mapePercent), percent(method.outward?.mapePercent)];
      context.print(line([name === OURS ? table.name : '', name, ...few, ...rest]));
    }
  }
  for (const name of scores[0]?.methods.keys() ?? []) {
    const mean = meansOf(scores, name);
    const cells = [mean.at3, mean.at6, mean.at12, mean.at30, mean.global, mean.outward].map(percent);
    context.print(line([name === OURS ? 'mean' : '', name, ...cells]));
  }
  const inside = meanOf(ofMethod(scores, OURS).flatMap(insideScores).map(coverageOf));
  const outward = meanOf(ofMethod(scores, OURS).map((method) => coverageOf(method.outward)));
  context.print('');
  context.print(
    `Runs below the 95th percentile: ${share(inside)} (few runs and global), ${share(outward)} (outward).`,
  );
  if (fitMsAt30 !== null) context.print(`A fit on 30 runs takes ${fitMsAt30.toFixed(0)} ms of one core.`);
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
  };
}

function meansOf(scores: readonly JobScores[], name: string) {
  const own = ofMethod(scores, name);
  const at = (known: number) => meanOf(own.map(({ availability }) => availability.get(known)?.mapePercent));
  return {
    global: meanOf(own.map(({ global }) => global.mapePercent)),
    at3: at(3),
    at6: at(6),
    at12: at(12),
    at30: at(30),
    outward: meanOf(own.map(({ outward }) => outward?.mapePercent)),
  };
}

function ofMethod(scores: readonly JobScores[], name: string): MethodScores[] {
  return scores.flatMap(({ methods }) => {
    const own = methods.get(name);
    return own === undefined ? [] : [own];
  });
}

function insideScores({ global, availability }: MethodScores): Score[] {
  return [global, ...availability.values()];
}

function coverageOf(score: Score | null): number | null {
  return score?.coverage95 ?? null;
}

/** The mean of what is known; null when nothing is. */
function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
