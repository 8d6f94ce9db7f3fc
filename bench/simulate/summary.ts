import * as z from 'zod';
import type { RunResult, ScenarioResult } from './scenario-result.ts';

/** Utilisation to aim at: targets of the project. */
const BAND = { low: 0.7, high: 0.85 };

const PolicySummary = z.strictObject({
  runs: z.number(),
  onTimePercent: z.number(),
  missesAnnouncedPercent: z.number(),
  falseAnnouncementsPercent: z.number(),
  /** of the runs that were on time, not of the announcements */
  falselyAnnouncedRunsPercent: z.number(),
  costUsd: z.number(),
  onDemandCostUsd: z.number(),
  utilisationInBandPercent: z.number(),
  leakedUsd: z.number(),
});
type PolicySummary = z.infer<typeof PolicySummary>;

/** What the suite prints as JSON. */
export const Summary = z.strictObject({
  suite: z.literal('simulate'),
  seeds: z.number(),
  runs: z.number(),
  simulatedHours: z.number(),
  seconds: z.number(),
  faultsInjected: z.number(),
  violations: z.array(
    z.strictObject({ seed: z.string(), invariant: z.string(), at: z.string(), facts: z.string() }),
  ),
  ...PolicySummary.omit({ runs: true, falselyAnnouncedRunsPercent: true }).shape,
  policies: z.record(z.string(), PolicySummary),
});
export type Summary = z.infer<typeof Summary>;

/** @param results  of one policy */
function summarisePolicy(results: readonly ScenarioResult[]): PolicySummary {
  const runs = results.flatMap((result) => result.runs);
  // a run that people stopped or declined says nothing about who flies it
  const counted = runs.filter(({ outcome }) => outcome !== 'stopped' && outcome !== 'unflown');
  const onTime = counted.filter(({ outcome }) => outcome === 'on-time');
  const missed = counted.filter(({ outcome }) => outcome !== 'on-time');
  const falsely = onTime.filter(({ falselyAnnounced }) => falselyAnnounced);
  const announced = missed.filter(({ announced: told }) => told);
  const used = runs.map(({ utilisation }) => utilisation).filter((each) => each !== null);
  return {
    runs: counted.length,
    onTimePercent: percent(onTime.length, counted.length, 100),
    missesAnnouncedPercent: percent(announced.length, missed.length, 100),
    falseAnnouncementsPercent: percent(falsely.length, falsely.length + announced.length, 0),
    falselyAnnouncedRunsPercent: percent(falsely.length, onTime.length, 0),
    costUsd: rounded(sum(results.map(({ costUsd }) => costUsd))),
    onDemandCostUsd: rounded(sum(runs.map((run: RunResult) => run.onDemandCostUsd ?? 0))),
    utilisationInBandPercent: percent(
      used.filter((each) => each >= BAND.low && each <= BAND.high).length,
      used.length,
      0,
    ),
    leakedUsd: rounded(sum(results.map((result) => result.leakedUsd))),
  };
}

/**
 * @param byPolicy  results by policy, the one that the suite is about first
 * @param seconds  that all of it took
 */
export function summarise(
  byPolicy: ReadonlyMap<string, readonly ScenarioResult[]>,
  seconds: number,
): Summary {
  const [first = []] = byPolicy.values();
  const { falselyAnnouncedRunsPercent: _ofRuns, runs: _counted, ...figures } = summarisePolicy(first);
  const all = [...byPolicy.values()].flat();
  return {
    suite: 'simulate',
    seeds: first.length,
    runs: sum(first.map(({ runs }) => runs.length)),
    simulatedHours: Math.round(sum(first.map((result) => result.simulatedHours))),
    seconds: Math.round(seconds),
    faultsInjected: sum(first.flatMap((result) => Object.values(result.faultsInjected))),
    violations: all.flatMap(({ seed, breaks }) =>
      breaks.map(({ invariant, at, facts }) => ({ seed, invariant, at, facts })),
    ),
    ...figures,
    policies: Object.fromEntries(
      [...byPolicy].map(([policy, results]) => [policy, summarisePolicy(results)]),
    ),
  };
}

function percent(part: number, whole: number, ofNothing: number): number {
  return whole === 0 ? ofNothing : Number(((100 * part) / whole).toFixed(2));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(usd: number): number {
  return Number(usd.toFixed(4));
}
