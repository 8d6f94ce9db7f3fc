/** The first seeds of the suite, as `npm run bench -- simulate` flies them. */
import { describe, expect, it } from 'vitest';
import { flyScenario } from '../../../bench/simulate/fly-scenario.ts';
import { generateScenario } from '../../../bench/simulate/generate/generate-scenario.ts';
import { testAssembly } from '../../simulation/assembly.ts';

/** A scenario that is given up would still turn the clock under the next one: on a busy machine it may take long. */
const PATIENCE_MS = 600_000;
const SEEDS = Array.from({ length: 4 }, (_, i) => i + 1);

describe('every invariant holds', () => {
  it.each(SEEDS)(
    'in the scenario of seed %i',
    async (seed) => {
      const assemblyDirectory = await testAssembly('bench/simulate/palette');
      const { breaks } = await flyScenario(generateScenario(seed, 3), { assemblyDirectory, effort: 'fast' });
      expect(breaks).toEqual([]);
    },
    PATIENCE_MS,
  );
});
