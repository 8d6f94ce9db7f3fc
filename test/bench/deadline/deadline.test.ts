import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deadline } from '../../../bench/deadline/deadline.ts';
import { flyWindow, type Policy, type PolicyMaker } from '../../../bench/deadline/fly-window.ts';
import { optimumUsd } from '../../../bench/deadline/optimum.ts';
import { flarepath } from '../../../bench/deadline/policies/flarepath.ts';
import { greedy } from '../../../bench/deadline/policies/greedy.ts';
import { uniformProgress } from '../../../bench/deadline/policies/uniform-progress.ts';
import { consoleContext } from '../../../cli/command-context.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import type { Purchase, PurchaseTerms } from '../../../core/pilot/purchase/purchase-pilot.ts';

const TERMS: PurchaseTerms = {
  workTicks: 40,
  deadlineTicks: 60,
  overheadTicks: 2,
  spotUsdPerTick: 1,
  onDemandUsdPerTick: 3,
};
const always = Array.from({ length: 60 }, () => true);
const never = always.map(() => false);
const traces = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 25 })), { minLength: 1, maxLength: 30 })
  .map((spells) => spells.flatMap(([has, ticks]) => Array.from({ length: ticks }, () => has)))
  .map((ticks) => Array.from({ length: 60 }, (_, i) => ticks[i % ticks.length] ?? false));
const POLICIES: Record<string, PolicyMaker> = { greedy, uniformProgress, flarepath };

describe.each(Object.entries(POLICIES))('%s', (_name, policy) => {
  it('keeps the deadline whatever the pool does', () => {
    fc.assert(
      fc.property(traces, fc.integer({ min: 45, max: 60 }), (available, deadlineTicks) => {
        expect(flyWindow(available, { ...TERMS, deadlineTicks }, policy).missed).toBe(false);
      }),
    );
  });

  it('never costs less than the optimum, which knows the trace', () => {
    fc.assert(
      fc.property(traces, (available) => {
        const { usd } = flyWindow(available, TERMS, policy);
        expect(usd).toBeGreaterThanOrEqual(optimumUsd(available, TERMS) - 1e-9);
      }),
    );
  });

  it('buys nothing but spot where it can always be had, and pays one start', () => {
    expect(flyWindow(always, TERMS, policy)).toEqual({ usd: 42, missed: false });
  });
});

describe.each(Object.entries({ greedy, flarepath }))('%s', (_name, policy) => {
  it('costs on demand and one start where there is no spot', () => {
    expect(flyWindow(never, TERMS, policy).usd).toBeCloseTo(3 * 42, 9);
  });
});

describe('the optimum', () => {
  it('is what the best of all plans costs, found by trying them all', () => {
    const terms = { ...TERMS, workTicks: 4, deadlineTicks: 8, overheadTicks: 1 };
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (available) => {
        expect(optimumUsd(available, terms)).toBeCloseTo(cheapestPlan(available, terms), 9);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a pool whose long spells come back', () => {
  it('is used cheaper than by the published policies, on average', () => {
    const terms = { ...TERMS, workTicks: 300, deadlineTicks: 380 };
    const sums = { greedy: 0, uniformProgress: 0, flarepath: 0 };
    for (let seed = 0; seed < 12; seed += 1) {
      const available = spells(seededRng(seed), 380);
      sums.greedy += flyWindow(available, terms, greedy).usd;
      sums.uniformProgress += flyWindow(available, terms, uniformProgress).usd;
      sums.flarepath += flyWindow(available, terms, flarepath).usd;
    }
    expect(sums.flarepath).toBeLessThan(Math.min(sums.greedy, sums.uniformProgress));
  });
});

describe('the deadline suite', () => {
  it('prints a table within 80 columns and, last, one JSON object with the agreed members', () => {
    const lines = run(folderOf({ 'a.json': traceOf(80) }), '2');
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(80);
    const { cells, closedPercentMean } = JSON.parse(lines.at(-1)!);
    expect(cells).toHaveLength(8);
    expect(Number.isFinite(closedPercentMean)).toBe(true);
    for (const cell of cells) {
      expect(cell).toMatchObject({ windows: 2, missed: 0 });
      expect(cell.ours).toBeGreaterThanOrEqual(cell.optimum);
    }
  });

  it.each([
    ['a folder without traces', {}, /found 0 traces/],
    ['text that is not JSON', { 'a.json': 'availability' }, /not JSON/],
    ['other values than 0 and 1', { 'a.json': traceOf(80, 2) }, /data/],
    ['a gap of nothing', { 'a.json': '{"metadata": {"gap_seconds": 0}, "data": [1]}' }, /gap_seconds/],
    ['a trace that is too short', { 'a.json': traceOf(70) }, /70.0 h\); allowed: more than/],
  ])('answers %s with what is allowed', (_what, files, message) => {
    expect(() => run(folderOf(files), '1')).toThrow(message);
  });
});

function run(data: string, windows: string): string[] {
  const lines: string[] = [];
  deadline(
    { data, windows, json: true },
    { ...consoleContext, print: (line) => lines.push(line), note: () => undefined },
  );
  return lines;
}

function folderOf(files: Record<string, string>): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'traces-')), 'spot');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Values half an hour apart, with spells of hours. */
function traceOf(hours: number, had = 1): string {
  const data = Array.from({ length: hours * 2 }, (_, i) => (Math.sin(i / 3) > -0.4 ? had : 0));
  return JSON.stringify({ metadata: { gap_seconds: 1800 }, data });
}

function spells(rng: () => number, ticks: number): boolean[] {
  const trace: boolean[] = [];
  for (let has = true; trace.length < ticks; has = !has) {
    const length = Math.ceil(4 / Math.max(rng(), 0.02));
    for (let i = 0; i < length; i += 1) trace.push(has);
  }
  return trace.slice(0, ticks);
}

/** Flies every sequence of purchases that there is. */
function cheapestPlan(available: readonly boolean[], terms: PurchaseTerms): number {
  const choices: readonly Purchase[] = ['wait', 'spot', 'on-demand'];
  let cheapest = Infinity;
  for (let plan = 0; plan < 3 ** available.length; plan += 1) {
    let at = -1;
    const policy: Policy = (view) => {
      at += 1;
      const wanted = choices[Math.floor(plan / 3 ** at) % 3] ?? 'wait';
      return wanted === 'spot' && !view.available ? 'wait' : wanted;
    };
    const { usd, missed } = flyWindow(available, terms, () => policy);
    if (!missed) cheapest = Math.min(cheapest, usd);
  }
  return cheapest;
}
