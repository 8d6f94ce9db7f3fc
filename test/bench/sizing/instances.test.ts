import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateInstance } from '../../../bench/sizing/generate-instance.ts';
import { readInstances, writeJson } from '../../../bench/sizing/instance.ts';
import { problemOf } from '../../../bench/sizing/problem-of.ts';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import { hypervolume } from '../../../core/numerics/hypervolume.ts';
import { randomGenome, repairGenome } from '../../../core/sizing/fleet-genome.ts';
import { CandidateBook } from '../../../core/sizing/sizing-problem.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const offered = CATALOGUE.filter((type) => type.gpus === 0).map((type) => ({
  type,
  spotSavings: 0.6,
  band: 1,
}));

describe('instances', () => {
  test('score fleets alike before they were written and after they were read', () => {
    const instance = generateInstance(4, offered);
    const folder = mkdtempSync(join(tmpdir(), 'instances-'));
    writeJson(folder, `${instance.name}.instance`, instance);
    const [read] = readInstances(folder);
    const [before, after] = [problemOf(instance), problemOf(read!)];
    const [one, other] = [new CandidateBook(before), new CandidateBook(after)];
    const rng = seededRng('fleets');
    for (let i = 0; i < 100; i += 1) {
      const genome = repairGenome(randomGenome(before, rng), before);
      expect(other.judge(genome).judgement).toEqual(one.judge(genome).judgement);
    }
  });

  test('that say something else are refused with file, place and what is allowed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'instances-'));
    const instance = generateInstance(4, offered);
    const broken = { ...instance, draws: { ...instance.draws, priceRise: [0] } };
    writeFileSync(join(folder, 'broken.instance.json'), JSON.stringify(broken));
    expect(() => readInstances(folder)).toThrow(/broken\.instance\.json: .*one length/s);
    expect(() => readInstances(join(folder, 'none'))).toThrow(/found no folder .*none/);
    expect(() => readInstances(mkdtempSync(join(tmpdir(), 'instances-')))).toThrow(
      /found no NAME\.instance\.json/,
    );
  });
});

test('hypervolume counts what points dominate once, in two and in three objectives', () => {
  expect(
    hypervolume(
      [
        [1, 2],
        [2, 1],
        [2, 2],
      ],
      [3, 3],
    ),
  ).toBeCloseTo(3, 12);
  expect(
    hypervolume(
      [
        [0, 0, 0.5],
        [0.5, 0.5, 0],
      ],
      [1, 1, 1],
    ),
  ).toBeCloseTo(0.5 + 0.25 - 0.125, 12);
  expect(hypervolume([[2, 2]], [1, 1])).toBe(0);
  expect(() => hypervolume([[1]], [2])).toThrow(/2 or 3 are allowed/);
});
