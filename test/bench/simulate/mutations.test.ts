/**
 * Each invariant notices at least one known way to break the product, and is silent without it; the latter in
 * `.ci/run` alone, with `EVERY_STATE=1`.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flyScenario } from '../../../bench/simulate/fly-scenario.ts';
import { INVARIANTS } from '../../../bench/simulate/invariants/index.ts';
import { MUTATIONS } from '../../../bench/simulate/mutations/index.ts';
import { idleFunctions, mutate } from '../../../bench/simulate/mutations/mutate.ts';
import { testAssembly } from '../../simulation/assembly.ts';

const MUTANTS = join(import.meta.dirname, '../../../out/test-assembly-mutants');
/** A scenario that is given up would still turn the clock under the next one: on a busy machine it may take long. */
const PATIENCE_MS = 600_000;

describe.each(MUTATIONS)('$invariant', (mutation) => {
  const broken = async (options: object): Promise<string[]> => {
    const assemblyDirectory = await testAssembly('bench/simulate/palette');
    const flight = { assemblyDirectory, effort: 'fast' as const, untilBroken: mutation.invariant };
    const { breaks } = await flyScenario(mutation.scenario, { ...flight, ...options });
    return breaks.map(({ invariant }) => invariant);
  };

  it(
    `is broken when ${mutation.without}`,
    async () => {
      expect(await broken(await mutate(mutation, MUTANTS))).toContain(mutation.invariant);
    },
    PATIENCE_MS,
  );

  it.runIf(process.env['EVERY_STATE'] === '1')(
    'holds otherwise',
    async () => {
      expect(await broken({ handlers: idleFunctions(mutation) })).not.toContain(mutation.invariant);
    },
    PATIENCE_MS,
  );
});

it('every invariant that is promised has a mutation', () => {
  const mutated = new Set(MUTATIONS.map(({ invariant }) => invariant));
  expect(INVARIANTS.map(({ name }) => name).filter((name) => !mutated.has(name))).toEqual([]);
});
