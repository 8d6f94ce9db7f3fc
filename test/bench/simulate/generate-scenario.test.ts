import { describe, expect, it } from 'vitest';
import { drawFaultsAlong } from '../../../bench/simulate/generate/faults.ts';
import { generateScenario } from '../../../bench/simulate/generate/generate-scenario.ts';
import { scheduledTimes } from '../../../core/job/schedule.ts';
import { Job } from '../../../core/contracts/job.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { Fault } from '../../../simulator/faults.ts';
import { FAULT_ROWS } from '../../../simulator/faults/catalogue.ts';
import { readWorldFile } from '../../../simulator/world/world-file.ts';

const SEEDS = Array.from({ length: 400 }, (_, i) => i + 1);
const scenarios = SEEDS.map((seed) => generateScenario(seed, 3));

const AMPLE = JSON.stringify({ onDemandVcpus: 4000, spotVcpus: 4000 });

describe('a drawn scenario', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(generateScenario(7, 3)).toEqual(scenarios[6]);
    expect(new Set(scenarios.map((scenario) => JSON.stringify(scenario))).size).toBe(SEEDS.length);
  });

  it('has one to three jobs, and no more than six runs that a schedule or a caller starts', () => {
    for (const { jobs, startDate, days } of scenarios) {
      expect(jobs.length).toBeGreaterThanOrEqual(1);
      expect(jobs.length).toBeLessThanOrEqual(3);
      const until = new Date(Date.parse(startDate) + days * 86_400_000).toISOString();
      const starts = jobs.flatMap(({ settings, calls }) => [
        ...calls,
        ...('start' in settings
          ? scheduledTimes({ start: settings['start'] as Job['start'] }, `${startDate}T00:00:00Z`, until)
          : []),
      ]);
      expect(starts.length).toBeLessThanOrEqual(6);
    }
  });

  it('is a world that the simulator takes, and sets jobs as their contract allows', () => {
    for (const { world, startDate, jobs } of scenarios.slice(0, 100)) {
      expect(() => readWorldFile(JSON.stringify({ ...world, startDate }), 'drawn')).not.toThrow();
      for (const { settings } of jobs) expect(() => Job.partial().parse(settings)).not.toThrow();
    }
  });

  it('suffers every kind of fault now and then, each for a bounded time, and sometimes none', () => {
    const kinds = new Set(scenarios.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual(Object.keys(FAULT_ROWS).sort());
    expect(scenarios.some(({ faults }) => faults.length === 0)).toBe(true);
    for (const { from, until } of scenarios.flatMap(({ faults }) => faults))
      expect(Date.parse(until ?? '') - Date.parse(from ?? '')).toBeLessThanOrEqual(48 * 3_600_000);
  });

  it('goes through the whole catalogue as seeds go on, and damages data in every way', () => {
    const kinds = Object.keys(FAULT_ROWS);
    const some = scenarios.slice(100, 100 + 2 * kinds.length).flatMap(({ faults }) => faults);
    expect(new Set(some.map(({ kind }) => kind)).size).toBeGreaterThan(kinds.length * 0.95);
    const forms = scenarios.flatMap(({ faults }) => faults.flatMap(({ with: { form } }) => form ?? []));
    expect(forms).toEqual(expect.arrayContaining(['late', 'empty', 'doubled', 'corrupt', 'schema-changed']));
  });

  it('is now and then held to an account’s month, few launches an hour or small quotas', () => {
    const share = (of: (scenario: (typeof scenarios)[number]) => boolean) =>
      scenarios.filter(of).length / scenarios.length;
    const limited = share(({ limits }) => typeof limits?.accountMonthUsd === 'number');
    expect(limited).toBeGreaterThan(0.1);
    expect(limited).toBeLessThan(0.4);
    expect(share(({ limits }) => (limits?.launchesPerHour ?? 99) < 5)).toBeGreaterThan(0.03);
    expect(share(({ world }) => JSON.stringify(world['quotas']) !== AMPLE)).toBeGreaterThan(0.05);
  });

  it('falls on days on which clocks change, and on a leap day', () => {
    const dates = new Set(scenarios.map(({ startDate }) => startDate));
    expect([...dates]).toEqual(expect.arrayContaining(['2026-03-28', '2026-10-24', '2028-02-28']));
  });
});

describe('the faults along a given world', () => {
  const occasions = {
    dataSets: ['orders'],
    starts: ['2026-01-05T02:00:00.000Z', '2026-01-16T02:00:00.000Z'],
  };
  const along = (seed: number) =>
    drawFaultsAlong(seededRng(`along ${seed}`), occasions, { startDate: '2026-01-05', days: 14 }, seed).map(
      (fault) => Fault.parse(fault),
    );

  it('lie all along its days, and damage only data that it has', () => {
    const faults = Array.from({ length: 60 }, (_, seed) => along(seed)).flat();
    const days = new Set(faults.map(({ from }) => from?.slice(0, 10)));
    expect(days.size).toBeGreaterThanOrEqual(10);
    const damaged = faults.filter(({ kind }) => kind === 'bad-data').map(({ match }) => match['dataSet']);
    expect(new Set(damaged)).toEqual(new Set(['orders']));
  });

  it('go through the whole catalogue as seeds go on', () => {
    const kinds = Object.keys(FAULT_ROWS);
    const drawn = Array.from({ length: kinds.length }, (_, seed) => along(seed)).flat();
    expect(new Set(drawn.map(({ kind }) => kind)).size).toBe(kinds.length);
  });
});
