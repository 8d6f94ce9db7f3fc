import { describe, expect, it } from 'vitest';
import type { Break } from '../../../bench/simulate/scenario-result.ts';
import { Scenario } from '../../../bench/simulate/scenario.ts';
import { shrinkScenario } from '../../../bench/simulate/shrink.ts';

const scenario = Scenario.parse({
  seed: '1',
  startDate: '2026-01-05',
  days: 3,
  world: {},
  jobs: [{ name: 'orders' }, { name: 'sessions' }, { name: 'scores' }],
  faults: ['throttle', 'reclaim', 'lost-response', 'stale-read'].map((kind) => ({ kind })),
  actors: [
    { kind: 'answer', job: 'orders', approved: true, afterMinutes: 1 },
    { kind: 'answer', job: 'scores', approved: true, afterMinutes: 1 },
  ],
});
const found: Break = { invariant: 'one', at: '2026-01-06T03:00:00.000Z', facts: '', trace: [] };
const has = (candidate: Scenario, ...kinds: string[]): boolean =>
  kinds.every((kind) => candidate.faults.some((fault) => fault.kind === kind));

describe('shrinking a scenario', () => {
  it('leaves what breaks it, and nothing else', async () => {
    const { scenario: left } = await shrinkScenario(scenario, found, async (candidate) =>
      has(candidate, 'reclaim', 'stale-read') && candidate.jobs.some(({ name }) => name === 'sessions')
        ? found
        : undefined,
    );
    expect(left.faults.map(({ kind }) => kind)).toEqual(['reclaim', 'stale-read']);
    expect(left.jobs.map(({ name }) => name)).toEqual(['sessions']);
    expect(left.actors).toEqual([]);
    expect(left.days).toBe(2);
  });

  it('gives the scenario back when everything is needed', async () => {
    const { scenario: left } = await shrinkScenario(scenario, found, async (candidate) =>
      JSON.stringify(candidate) === JSON.stringify(scenario) ? found : undefined,
    );
    expect(left).toEqual(scenario);
  });

  it('flies a bounded number of times', async () => {
    const many = { ...scenario, faults: Array.from({ length: 100 }, () => scenario.faults[0] ?? []).flat() };
    let flights = 0;
    await shrinkScenario(many, found, async () => {
      flights += 1;
      return undefined;
    });
    expect(flights).toBeLessThanOrEqual(40);
  });
});
