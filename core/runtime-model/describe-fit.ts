import { sampleQuantile } from '../numerics/quantiles.ts';

interface Fit {
  /** what shapes the law where runs say nothing */
  readonly prior: string;
  readonly runs: number;
  readonly configurations: number;
  /** the usual run on the baseline fleet is known */
  readonly anchored: boolean;
  readonly refined: boolean;
  readonly doubted: number;
  /** runs that were stopped after longer than the law would have them take */
  readonly bounds: number;
  /** of runs that fits had not seen */
  readonly logResiduals: readonly number[];
}

/** Sentences on what a runtime model rests on, and how far off it was. */
export function describeFit(fit: Fit): string {
  return fit.bounds === 0 ? basisOf(fit) : `${basisOf(fit)} ${boundText(fit.bounds)}`;
}

function boundText(bounds: number): string {
  const which = bounds === 1 ? 'A run that was stopped had' : `${bounds} runs that were stopped had`;
  return `${which} taken longer than the others say, and ${bounds === 1 ? 'counts' : 'count'} half.`;
}

function basisOf(fit: Fit): string {
  const { prior, runs, configurations, logResiduals } = fit;
  const anchor = fit.anchored ? ' scaled to the usual run on the baseline fleet' : '';
  if (runs === 0) return `No run known: ${prior}${anchor}, with wide quantiles.`;
  const method = fit.refined ? 'The runtime surface' : "Ernest's features";
  const doubted = fit.doubted === 0 ? '' : `, ${fit.doubted} of them at less weight`;
  const start = `${method} on ${countText(runs, 'run')} of ${countText(configurations, 'configuration')}${doubted}`;
  if (logResiduals.length === 0) return `${start}, shaped by ${prior}${anchor}.`;
  const errors = logResiduals.map((residual) => Math.abs(Math.expm1(-residual))).sort((a, b) => a - b);
  const typical = (100 * sampleQuantile(errors, 0.5)).toFixed(0);
  const shape = prior.startsWith('the replay') ? `, shaped by ${prior}` : '';
  return `${start}${shape}; on configurations left out it was off by ${typical} % in the median.`;
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
