import { describe, expect, it } from 'vitest';
import type { RunResult, ScenarioResult } from '../../../bench/simulate/scenario-result.ts';
import { summarise, Summary } from '../../../bench/simulate/summary.ts';

const run = (changes: Partial<RunResult>): RunResult => ({
  runKey: 'orders@2026-01-05T02:00:00.000Z',
  outcome: 'on-time',
  announced: false,
  falselyAnnounced: false,
  told: true,
  costUsd: 1,
  onDemandCostUsd: 2,
  utilisation: 0.8,
  faults: [],
  ...changes,
});
const result = (runs: RunResult[]): ScenarioResult => ({
  seed: '1',
  simulatedHours: 74,
  runs,
  faultsInjected: { throttle: 3 },
  breaks: [],
  costUsd: 4,
  leakedUsd: 0,
  traceHash: '',
});

describe('the figures of the suite', () => {
  it('count runs that people stopped or declined neither as punctual nor as missed', () => {
    const runs = [run({}), run({ outcome: 'late', announced: true }), run({ outcome: 'failed' })];
    const summary = summarise(
      new Map([['flarepath', [result([...runs, run({ outcome: 'stopped' }), run({ outcome: 'unflown' })])]]]),
      10,
    );
    expect(summary).toMatchObject({
      runs: 5,
      onTimePercent: 33.33,
      missesAnnouncedPercent: 50,
      faultsInjected: 3,
    });
  });

  it('take the share of false announcements from all of them', () => {
    const runs = [run({ falselyAnnounced: true }), run({}), run({ outcome: 'late', announced: true })];
    const summary = summarise(new Map([['flarepath', [result(runs)]]]), 10);
    expect(summary.falseAnnouncementsPercent).toBe(50);
    expect(summary.policies['flarepath']).toMatchObject({ falselyAnnouncedRunsPercent: 50 });
  });

  it('are what the documented format says, also of nothing', () => {
    const summary = summarise(new Map([['flarepath', []]]), 0);
    expect(Summary.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({ missesAnnouncedPercent: 100, falseAnnouncementsPercent: 0 });
  });
});
