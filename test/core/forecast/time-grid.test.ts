import { describe, expect, it } from 'vitest';
import { localMilliseconds } from '../../../core/forecast/local-time.ts';
import { layOnGrid, nearHorizon } from '../../../core/forecast/time-grid.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.parse('2026-01-05T02:00:00.000Z'); // a Monday
const daily = (days: number[]) => days.map((day) => ({ localMs: START_MS + day * DAY_MS, value: day }));
const grid = (days: number[], target: number) => layOnGrid(daily(days), START_MS + target * DAY_MS);

describe('the grid of a schedule', () => {
  it('keeps weekdays apart from the weekends between them', () => {
    const { values, stepMs, horizonSteps } = grid([0, 1, 2, 3, 4, 7, 8, 9, 10, 11], 14);
    expect(stepMs).toBe(DAY_MS);
    expect([...values.slice(0, 8)]).toEqual([0, 1, 2, 3, 4, NaN, NaN, 7]);
    expect(horizonSteps).toBe(3);
  });

  it('finds hours, quarters of an hour, weeks and months, whatever the jitter of an arrival', () => {
    const every = (stepMs: number, count: number, jitterMs = 0) =>
      layOnGrid(
        Array.from({ length: count }, (_, i) => ({
          localMs: START_MS + i * stepMs + (i % 3) * jitterMs,
          value: i,
        })),
        START_MS + count * stepMs,
      );
    expect(every(HOUR_MS, 30)).toMatchObject({ stepMs: HOUR_MS, horizonSteps: 1 });
    expect(every(HOUR_MS / 4, 30, 60_000)).toMatchObject({ stepMs: HOUR_MS / 4, horizonSteps: 1 });
    expect(every(DAY_MS, 30, HOUR_MS)).toMatchObject({ stepMs: DAY_MS, horizonSteps: 1 });
    expect(every(7 * DAY_MS, 8)).toMatchObject({ stepMs: 7 * DAY_MS, horizonSteps: 1 });
    const monthly = Array.from({ length: 14 }, (_, month) => ({
      localMs: Date.UTC(2026, month, 1, 3),
      value: month,
    }));
    const months = layOnGrid(monthly, Date.UTC(2026, 14, 1, 3));
    expect([...months.values]).toEqual(Array.from({ length: 14 }, (_, month) => month));
    expect(months.horizonSteps).toBe(1);
  });

  it('is daily for three runs a week, and for one run alone', () => {
    expect(grid([0, 2, 4, 7, 9, 11], 14)).toMatchObject({ stepMs: DAY_MS, horizonSteps: 3 });
    expect(grid([0], 1)).toMatchObject({ stepMs: DAY_MS, horizonSteps: 1 });
  });

  it('does not move nights when the clocks change', () => {
    const utc = Array.from({ length: 20 }, (_, day) => Date.UTC(2026, 2, 20 + day, day < 9 ? 23 : 22, 30));
    const local = utc.map((timeMs, value) => ({
      localMs: localMilliseconds(timeMs, 'Europe/Berlin'),
      value,
    }));
    const { values, horizonSteps } = layOnGrid(local.slice(0, -1), local.at(-1)!.localMs);
    expect([...values]).toEqual(Array.from({ length: 19 }, (_, value) => value));
    expect(horizonSteps).toBe(1);
    expect(new Set(local.map(({ localMs }) => localMs % DAY_MS)).size).toBe(1);
  });

  it('looks at the same place of a nearer season when a job has long rested', () => {
    expect(nearHorizon(3, [7])).toBe(3);
    expect(nearHorizon(100, [7])).toBe(((100 - 1) % 7) + 1);
    expect(nearHorizon(100, [])).toBe(1);
  });
});
