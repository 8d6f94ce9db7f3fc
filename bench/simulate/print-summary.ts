import type { ScenarioResult } from './scenario-result.ts';
import type { Summary } from './summary.ts';

/** The suite's figures for people, at most 80 columns. */
export function summaryLines(summary: Summary, results: readonly ScenarioResult[]): string[] {
  const { seeds, runs, simulatedHours, seconds, faultsInjected, violations } = summary;
  const policies = Object.entries(summary.policies);
  const row = (label: string, figure: (policy: (typeof policies)[number][1]) => string): string =>
    `${label.padEnd(30)}${policies.map(([, policy]) => figure(policy).padStart(16)).join('')}`;
  return [
    `${seeds} scenarios, ${runs} runs, ${simulatedHours} simulated hours in ${seconds} s`,
    `${faultsInjected} faults struck, ${violations.length} invariants broken`,
    '',
    `${''.padEnd(30)}${policies.map(([name]) => name.padStart(16)).join('')}`,
    row('on time', (policy) => `${policy.onTimePercent} %`),
    row('misses announced', (policy) => `${policy.missesAnnouncedPercent} %`),
    row('announcements that were false', (policy) => `${policy.falseAnnouncementsPercent} %`),
    row('cost', (policy) => `${policy.costUsd.toFixed(2)} USD`),
    row('baseline on demand, modelled', (policy) => `${policy.onDemandCostUsd.toFixed(2)} USD`),
    row('utilisation in 70-85 %', (policy) => `${policy.utilisationInBandPercent} %`),
    row('leaked', (policy) => `${policy.leakedUsd.toFixed(4)} USD`),
    '',
    ...faultLines(results),
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
