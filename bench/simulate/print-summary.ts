import { comparisonLines } from './compare.ts';
import type { ScenarioResult } from './scenario-result.ts';
import type { Summary } from './summary.ts';

/** The suite's figures for people, at most 80 columns: one policy's, or all policies' side by side. */
export function summaryLines(summary: Summary, results: readonly ScenarioResult[]): string[] {
  const { seeds, runs, simulatedHours, seconds, faultsInjected, violations, policies } = summary;
  const [[name, figures] = [], ...others] = Object.entries(policies);
  return [
    `${seeds} scenarios, ${runs} runs, ${simulatedHours} simulated hours in ${seconds} s`,
    `${faultsInjected} faults struck, ${violations.length} invariants broken`,
    '',
    ...(name === undefined || figures === undefined || others.length > 0
      ? comparisonLines(policies)
      : figureLines(name, figures)),
    '',
    ...faultLines(results),
  ];
}

function figureLines(name: string, figures: Summary['policies'][string]): string[] {
  const row = (label: string, figure: string) => `${label.padEnd(30)}${figure.padStart(16)}`;
  return [
    row('', name),
    row('on time', `${figures.onTimePercent} %`),
    row('misses announced', `${figures.missesAnnouncedPercent} %`),
    row('announcements that were false', `${figures.falseAnnouncementsPercent} %`),
    row('cost', `${figures.costUsd.toFixed(2)} USD`),
    row('baseline on demand, modelled', `${figures.onDemandCostUsd.toFixed(2)} USD`),
    row('utilisation in 70-85 %', `${figures.utilisationInBandPercent} %`),
    row('leaked', `${figures.leakedUsd.toFixed(4)} USD`),
  ];
}

function faultLines(results: readonly ScenarioResult[]): string[] {
  const counts = new Map<string, number>();
  for (const { faultsInjected } of results)
    for (const [kind, times] of Object.entries(faultsInjected))
      counts.set(kind, (counts.get(kind) ?? 0) + times);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, times]) => `${kind.padEnd(30)}${String(times).padStart(16)}`);
}
