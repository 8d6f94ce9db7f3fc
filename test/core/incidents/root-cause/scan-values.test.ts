import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementName } from '../../../../core/incidents/root-cause/leaf-table.ts';
import { scanValues, type ValueRow } from '../../../../core/incidents/root-cause/scan-values.ts';
import { seededRng } from '../../../../core/numerics/rng.ts';

const ATTRIBUTES = ['job', 'step', 'zone'];

/** 8 jobs of 6 steps in 4 zones, each within 5 % of its forecast, but for what `factorOf` says. */
function table(
  factorOf: (job: number, step: number, zone: number) => number,
  seed = 'table',
  noise = 0.05,
): ValueRow[] {
  const rng = seededRng(seed);
  return Array.from({ length: 8 * 6 * 4 }, (_, i) => {
    const [job, step, zone] = [i % 8, Math.floor(i / 8) % 6, Math.floor(i / 48)] as const;
    const expected = 10 + 1000 * rng() ** 4;
    return {
      values: [`j${job}`, `s${step}`, `z${zone}`],
      actual: expected * factorOf(job, step, zone) * (1 + noise * (2 * rng() - 1)),
      expected,
    };
  });
}

const namesOf = (rows: readonly ValueRow[]) =>
  scanValues(ATTRIBUTES, rows)
    .map(({ element }) => elementName(element))
    .sort();

describe('where a table differs from its forecast', () => {
  it('is a single leaf, however little it weighs in the whole', () => {
    expect(namesOf(table((job, step, zone) => (job === 1 && step === 2 && zone === 3 ? 0.4 : 1)))).toEqual([
      'job=j1 & step=s2 & zone=z3',
    ]);
  });

  it('is the element that covers all that changed, and not its leaves', () => {
    expect(namesOf(table((job) => (job === 3 ? 1.6 : 1)))).toEqual(['job=j3']);
    expect(namesOf(table((job, step) => (job === 3 && step === 4 ? 1.6 : 1)))).toEqual(['job=j3 & step=s4']);
  });

  it('is each of several, rises and falls', () => {
    const rows = table((job, step, zone) => (zone === 0 ? 0.5 : job === 5 && step === 1 ? 2 : 1));
    expect(namesOf(rows)).toEqual(['job=j5 & step=s1', 'zone=z0']);
  });

  it('is the parts, when one part of the element is as forecast', () => {
    const rows = table((job, _, zone) => (job === 2 && zone !== 3 ? 0.5 : 1));
    expect(namesOf(rows)).toEqual(['job=j2 & zone=z0', 'job=j2 & zone=z1', 'job=j2 & zone=z2']);
  });

  it('is nowhere when all is noise', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      expect(namesOf(table(() => 1, `noise ${seed}`, 0.4))).toEqual([]);
    }
    expect(scanValues(ATTRIBUTES, [])).toEqual([]);
    expect(scanValues(ATTRIBUTES, [{ values: ['a', 'b', 'c'], actual: 0, expected: 0 }])).toEqual([]);
  });

  it('does not depend on the order of the rows', () => {
    const rows = table((job, step, zone) => (zone === 0 ? 0.5 : job === 5 && step === 1 ? 2 : 1));
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(namesOf(shuffled)).toEqual(namesOf(rows));
      }),
      { numRuns: 20 },
    );
  });

  it('refuses values that cannot be compared', () => {
    const row = { values: ['a', 'b', 'c'], actual: 1, expected: 1 };
    expect(() => scanValues(ATTRIBUTES, [row, { ...row, actual: -1 }])).toThrow(/Row 2, actual: found -1/);
    expect(() => scanValues(ATTRIBUTES, [{ ...row, expected: Infinity }])).toThrow(
      /expected: found Infinity/,
    );
  });
});
