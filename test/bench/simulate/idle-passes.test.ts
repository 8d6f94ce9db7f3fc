/** Passes that are left out because they would do nothing: everything else happens as it does with them. */
import { expect, it } from 'vitest';
import { flyScenario } from '../../../bench/simulate/fly-scenario.ts';
import { generateScenario } from '../../../bench/simulate/generate/generate-scenario.ts';
import { testAssembly } from '../../simulation/assembly.ts';

/** A scenario that is given up would still turn the clock under the next one: on a busy machine it may take long. */
const PATIENCE_MS = 600_000;
const DAYS = 3;
const OF_PASSES = /watch-(starts|fleet)|Watch(Fleet)?Role|reap|ReapRole|find-leaked|pass left out/;

/** Runs that miss a start, late schedules, clusters that leak: what passes are there for. */
/** All of them in `.ci/run`. */
const SEEDS = process.env['EVERY_STATE'] === '1' ? [3, 6, 9] : [3];

it.each(SEEDS)(
  'everything but the idle passes of seed %i is the same when they are left out',
  async (seed) => {
    const assemblyDirectory = await testAssembly('bench/simulate/palette');
    const flown = async (leavesOutIdlePasses: boolean) => {
      const kinds: string[] = [];
      const others: string[] = [];
      const { traceHash: _differs, ...result } = await flyScenario(generateScenario(seed, DAYS), {
        assemblyDirectory,
        effort: 'fast',
        leavesOutIdlePasses,
        onTrace(entry) {
          kinds.push(entry.kind);
          const line = JSON.stringify(entry);
          if (!OF_PASSES.test(line)) others.push(line);
        },
      });
      return { result, others, leftOut: kinds.filter((kind) => kind === 'pass left out').length };
    };
    const [with_, without] = [await flown(false), await flown(true)];
    expect(without.result).toEqual(with_.result);
    expect(without.others).toEqual(with_.others);
    expect(with_.leftOut).toBe(0);
    expect(without.leftOut).toBeGreaterThan(700);
  },
  PATIENCE_MS,
);
