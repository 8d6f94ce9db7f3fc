/** Scenarios that once broke an invariant hold now. */
import { expect, it } from 'vitest';
import { readCorpus } from '../../../bench/simulate/corpus.ts';
import { flyScenario } from '../../../bench/simulate/fly-scenario.ts';
import { testAssembly } from '../../simulation/assembly.ts';

/** A scenario that is given up would still turn the clock under the next one: on a busy machine it may take long. */
const PATIENCE_MS = 600_000;

it.each(readCorpus())(
  '$invariant: $about',
  async ({ scenario }) => {
    const assemblyDirectory = await testAssembly('bench/simulate/palette');
    expect((await flyScenario(scenario, { assemblyDirectory, effort: 'fast' })).breaks).toEqual([]);
  },
  PATIENCE_MS,
);
