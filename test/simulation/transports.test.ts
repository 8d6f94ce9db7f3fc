import { describe, expect, it } from 'vitest';
import { flight, SEEDS } from './traces.ts';

/** All of them in `.ci/run`, with `EVERY_STATE=1`; every third and every fourth is among the first eight, too. */
const FLOWN = process.env['EVERY_STATE'] === '1' ? SEEDS : SEEDS.slice(0, 8);

describe('the two transports', () => {
  it.each(FLOWN)('tell the same story of seed %i', async (seed) => {
    const inProcess = await flight(seed, 'in-process');
    expect(inProcess).toMatchObject({ outcome: 'SUCCEEDED', violations: [] });
    expect(await flight(seed, 'loopback')).toEqual(inProcess);
  });
});
