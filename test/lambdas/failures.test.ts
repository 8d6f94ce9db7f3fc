import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { awsCall, awsCallOr } from '../../lambdas/aws/failures.ts';
import { storable } from '../../lambdas/aws/storable.ts';

const failing = (error: Error) => () => Promise.reject(error);

describe('a failed call', () => {
  it('that got no answer may be tried again', async () => {
    const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    await expect(awsCall('s3:GetObject', failing(lost))).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
  });

  it.each([
    new TypeError('x is not a function'),
    new RangeError('Invalid time value'),
    new SyntaxError('Unexpected token'),
    new z.ZodError([]),
  ])('that is a mistake of our own is none of AWS: $name', async (mistake) => {
    await expect(awsCall('s3:GetObject', failing(mistake))).rejects.toBe(mistake);
    await expect(awsCallOr('s3:GetObject', 'NoSuchKey', null, failing(mistake))).rejects.toBe(mistake);
  });

  it('whose answer nobody can read may be tried again: a proxy wrote it, say', async () => {
    const unread = Object.assign(new SyntaxError('Unexpected token <'), { $response: {} });
    await expect(awsCall('s3:GetObject', failing(unread))).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    });
  });
});

describe('an item of the ledger', () => {
  it('has no number larger than the client hands on, however deep', () => {
    const item = { quantiles: [5e7, 2 ** 63, 1e300], least: -1e300 };
    const largest = Number.MAX_SAFE_INTEGER;
    expect(storable(item)).toEqual({ quantiles: [5e7, largest, largest], least: -largest });
  });

  it('has no number smaller than DynamoDB keeps, however deep', () => {
    const item = {
      pk: 'a',
      decision: { p: 3e-140, q: [1e-200, -1e-131, 0.5, 1e-99] },
      at: null,
      some: 'text',
    };
    expect(storable(item)).toEqual({
      pk: 'a',
      decision: { p: 0, q: [0, 0, 0.5, 1e-99] },
      at: null,
      some: 'text',
    });
  });
});
