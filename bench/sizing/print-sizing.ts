import type { Measured } from './measure-instance.ts';
import { gainOverSeedOf, gapOf, regretOf, type SizingSummary } from './summary.ts';

/** The suite's tables, in lines. */
export function sizingLines(summary: SizingSummary, measured: readonly Measured[]): string[] {
  return [...instanceTable(measured), '', ...figureLines(summary)];
}

function instanceTable(measured: readonly Measured[]): string[] {
  const rows = measured.map((each) => [
    each.name,
    each.kind,
    figure(each.costUsd, 3),
    figure(gapOf(each), 2),
    figure(regretOf(each), 2),
    figure(gainOverSeedOf(each), 2),
    figure(each.lateOnFreshDraws === null ? null : 100 * each.lateOnFreshDraws, 2),
    figure(100 * each.allowedLate, 2),
    each.milliseconds.toFixed(0),
  ]);
  const header = ['instance', 'kind', 'USD', 'gap %', 'regret %', 'gain %', 'late %', 'allowed', 'ms'];
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c]?.length ?? 0)));
  return [header, ...rows].map((row) =>
    row.map((cell, c) => (c < 2 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0))).join('  '),
  );
}

/** The summary in lines for people. */
function figureLines(summary: SizingSummary): string[] {
  const { baselines } = summary;
  const percent = (value: number | null) => (value === null ? 'none' : `${value.toFixed(2)} %`);
  return [
    `${summary.instances} instances, feasible plans for ${percent(summary.feasiblePercent)}.`,
    `Above the bound: median ${percent(summary.medianGapPercent)}. Above the best known: median ${percent(summary.medianRegretPercent)}, worst ${percent(summary.worstRegretPercent)}.`,
    `Optima of small instances: ${summary.smallOptimaFound} of ${summary.smallInstances}. Late on fresh draws more than allowed: ${summary.lateOnFreshDraws}.`,
    `Processor time: median ${figure(summary.medianMs, 0)} ms, worst ${figure(summary.worstMs, 0)} ms.`,
    `Below the best linear seed, non-linear instances: median ${percent(summary.gainOverSeedPercentMedian)}. Hypervolume of the front: ${figure(summary.hypervolumeRatio, 4)} of the best known.`,
    `Baselines above the plan, median: plain NSGA-II ${percent(baselines.plainNsga2)}, greedy ${percent(baselines.greedyCheapest)}, on demand ${percent(baselines.onDemand)}, diversified ${percent(baselines.diversifiedDefault)}, best linear seed ${percent(baselines.bestHighsSeed)}.`,
    `NSGA-II's share of the known hypervolume: ${summary.testProblems.map((each) => `${each.problem} ${(100 * each.hypervolumeRatio).toFixed(2)} %`).join(', ')}.`,
  ];
}

function figure(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}
