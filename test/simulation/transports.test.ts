import { describe, expect, it } from 'vitest';
import { flight, SEEDS } from './traces.ts';

describe('the two transports', () => {
  it.each(SEEDS)('tell the same story of seed %i', async (seed) => {
    const inProcess = await flight(seed, 'in-process');
    expect(inProcess).toMatchObject({ outcome: 'SUCCEEDED', violations: [] });
    expect(await flight(seed, 'loopback')).toEqual(inProcess);
  });
});
