import { expect, it } from 'vitest';
import { coldstartLines } from '../../../bench/coldstart/print-coldstart.ts';
import { summarise, type Started } from '../../../bench/coldstart/summary.ts';

function started(name: string, kilobytes: number, importMs: number, firstCallMs: number | null = 5): Started {
  return { name, kilobytes, wasmKilobytes: 0, importMs, firstCallMs };
}

function summaryOf(functions: Started[]) {
  return summarise({
    functions,
    baseline: started('baseline', 3, 120),
    baselineWithSdkKilobytes: 296,
    planPeakMib: 233,
  });
}

it('names the functions that weigh too much, planning ones by their own measure, and those that begin slowly', () => {
  const summary = summaryOf([
    started('sleep', 150.04, 90),
    started('wake', 151, 151),
    started('plan-fleet', 499, 149),
    started('forecast-load', 501, 90),
  ]);
  expect(summary.overWeight).toEqual(['wake', 'forecast-load']);
  expect(summary.slow).toEqual(['wake']);
});

it('prints the heaviest first, and a dash for a first call that no scenario made', () => {
  const lines = coldstartLines(summaryOf([started('sleep', 100, 90, null), started('wake', 120, 80)]));
  expect(lines[1]).toMatch(/^wake /);
  expect(lines[2]).toMatch(/^sleep .*–/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});
