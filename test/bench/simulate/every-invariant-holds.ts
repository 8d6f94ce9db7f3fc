import { describe, expect, it } from 'vitest';
import { flyScenario } from '../../../bench/simulate/fly-scenario.ts';
import { generateScenario } from '../../../bench/simulate/generate/generate-scenario.ts';
import { testAssembly } from '../../simulation/assembly.ts';

/** A scenario that is given up would still turn the clock under the next one: on a busy machine it may take long. */
const PATIENCE_MS = 600_000;
const DAYS = 3;

/** Flies scenarios as `npm run bench -- simulate` does. Test files of them run side by side. */
export function everyInvariantHolds(seeds: readonly number[]): void {
  describe('every invariant holds', () => {
    it.each(seeds)(
      'in the scenario of seed %i',
      async (seed) => {
        const assemblyDirectory = await testAssembly('bench/simulate/palette');
        const flight = { assemblyDirectory, effort: 'fast' as const };
        expect((await flyScenario(generateScenario(seed, DAYS), flight)).breaks).toEqual([]);
      },
      PATIENCE_MS,
    );
  });
}

/** The first forty seeds of the suite. */
export const SEEDS: readonly number[] = Array.from({ length: 40 }, (_, i) => i + 1);
