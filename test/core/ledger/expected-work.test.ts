import { describe, expect, it } from 'vitest';
import { expectedTaskSeconds } from '../../../core/ledger/expected-work.ts';

const past = (taskSeconds: number | undefined, inputBytes: number | null, over = {}) => ({
  outcome: 'succeeded' as const,
  reclaims: 0,
  inputBytes,
  ...(taskSeconds === undefined ? {} : { taskSeconds }),
  ...over,
});

describe('the task time that a run should take', () => {
  it('is what past runs took for a byte, times the load', () => {
    expect(expectedTaskSeconds([past(100, 10), past(400, 20), past(300, 30)], 5)).toBe(50);
  });

  it('rests on runs that lost no nodes while there are any: others did work twice', () => {
    const reclaimed = { reclaims: 3 };
    expect(expectedTaskSeconds([past(900, 10, reclaimed), past(100, 10), past(800, 10, reclaimed)], 10)).toBe(
      100,
    );
    expect(expectedTaskSeconds([past(900, 10, reclaimed)], 10)).toBe(900);
  });

  it('is not known without a finished run whose load and log are known', () => {
    const failed = past(100, 10, { outcome: 'failed' as const });
    expect(expectedTaskSeconds([failed, past(undefined, 10), past(100, null), past(0, 10)], 10)).toBeNull();
  });
});
