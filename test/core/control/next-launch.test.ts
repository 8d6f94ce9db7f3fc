import { describe, expect, test } from 'vitest';
import { whyNextLaunchWaits, type NextLaunch } from '../../../core/control/next-launch.ts';

const NOW = '2026-01-05T02:30:00.000Z';
const SET_BY = { by: 'ann', at: NOW, reason: 'spend looks odd' };
const sum = (usd: number) => ({ committedMicroUsd: usd * 1e6, spentMicroUsd: 0 });
const needs = { reserveUsd: 5, onDemandVcpus: 24, spotVcpus: 40, quotaOnDemand: 100, quotaSpot: 100 };
const free: NextLaunch = {
  job: { name: 'orders', autonomy: 'auto' },
  limits: { runUsd: 20, jobMonthUsd: 100, accountMonthUsd: 1000, launchesPerHour: 10 },
  control: { killSwitch: null, pauses: [], overrides: [] },
  counters: { jobMonth: sum(50), accountMonth: sum(500), launches: 1, onDemandVcpus: 30, spotVcpus: 90 },
  own: { onDemandVcpus: 30, spotVcpus: 40 },
  fresh: { needs },
  now: NOW,
};

describe('the launch that would follow a flight that is given up', () => {
  test('would fly where nothing stands in its way, the flight’s own vCPUs being free by then', () => {
    expect(whyNextLaunchWaits(free)).toBeNull();
    expect(whyNextLaunchWaits({ ...free, fresh: null })).toBeNull();
  });

  const { control, counters, limits } = free;
  test.each<[string, Partial<NextLaunch>, RegExp]>([
    [
      'for people, where they approve plans',
      { job: { name: 'orders', autonomy: 'approve' } },
      /people are asked/,
    ],
    [
      'for the kill switch',
      { control: { ...control, killSwitch: { on: true, release: false, ...SET_BY } } },
      /kill switch is on/,
    ],
    [
      'for a pause',
      { control: { ...control, pauses: [{ job: 'orders', until: '2026-01-05T09:00:00.000Z', ...SET_BY }] } },
      /paused until/,
    ],
    ['for the next hour', { counters: { ...counters, launches: 10 } }, /10 clusters were launched/],
    ['for the job’s month', { counters: { ...counters, jobMonth: sum(96) } }, /limit of the job/],
    ['for the account’s month', { limits: { ...limits, accountMonthUsd: 504 } }, /limit of the account/],
    [
      'for spot vCPUs of others',
      { counters: { ...counters, spotVcpus: 101 } },
      /101 vCPUs spot .* quota of 100/,
    ],
    ['for vCPUs on demand', { fresh: { needs: { ...needs, onDemandVcpus: 101 } } }, /101 vCPUs on demand/],
    ['where nobody knows what it needs', { fresh: {} }, /nobody knows/],
  ])('would wait %s', (_what, change, why) => {
    expect(whyNextLaunchWaits({ ...free, ...change })).toMatch(why);
  });
});
