import { describe, expect, it } from 'vitest';
import { flight, SEEDS } from './traces.ts';

const FEW = SEEDS.slice(0, 4);

describe('a seed', () => {
  it.each(['in-process', 'loopback'] as const)(
    'decides everything, whatever worlds were there before it: %s',
    async (transport) => {
      const forwards = new Map<number, unknown>();
      for (const seed of FEW) forwards.set(seed, await flight(seed, transport));
      for (const seed of FEW.toReversed())
        expect({ seed, ...(await flight(seed, transport)) }).toEqual({
          seed,
          ...(forwards.get(seed) as object),
        });
    },
  );

  it('differs from every other seed', async () => {
    const [one, other] = [await flight(1, 'in-process'), await flight(2, 'in-process')];
    expect(one.hash).not.toBe(other.hash);
  });

  it('is not all: a fault tells another story', async () => {
    const calm = await flight(1, 'in-process', { faults: [] });
    const faults = [{ kind: 'step-failure' as const, times: 1 }];
    const failing = await flight(1, 'in-process', { faults });
    expect(failing.hash).not.toBe(calm.hash);
    expect(failing.entries).toBeGreaterThan(calm.entries);
  });
});
