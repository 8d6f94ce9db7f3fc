import { describe, expect, it } from 'vitest';
import { declaredInputBytes } from '../../../core/job/declared-load.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';

const input = (name: string, typicalGib?: number) => ({
  uri: `s3://data/${name}/`,
  ...(typicalGib === undefined ? {} : { typicalGib }),
});

describe('the declared load', () => {
  it('is the sum over all inputs', () => {
    expect(declaredInputBytes({ inputs: [input('a', 100), input('b', 20)] })).toBe(120 * BYTES_PER_GIB);
  });

  it('is not known when one of two inputs leaves it out: a part would pass for the whole', () => {
    expect(declaredInputBytes({ inputs: [input('a', 100), input('b')] })).toBeNull();
  });
});
