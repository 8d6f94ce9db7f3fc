import { describe, expect, it } from 'vitest';
import { createFaultSource, type FaultInput } from '../../../simulator/faults.ts';
import { FAULT_ROWS } from '../../../simulator/faults/catalogue.ts';
import { createKernel } from '../../../simulator/kernel/index.ts';

const source = (...faults: object[]) => createFaultSource(faults as FaultInput[], 1);
const REQUEST = { service: 'emr', operation: 'RunJobFlow', principal: 'root' };

describe('a fault that could never strike is refused', () => {
  it.each([
    ['an unknown kind', { kind: 'gremlin' }, /no kind of fault.*docs\/fault-catalogue\.md/],
    [
      'a match key of another kind',
      { kind: 'throttle', match: { table: 't' } },
      /cannot be matched by table; allowed are service, operation, principal/,
    ],
    ['an unknown option', { kind: 'latency', with: { minutes: 3 } }, /options of latency: seconds/],
    ['an option for a kind that has none', { kind: 'reset', with: { seconds: 3 } }, /options of reset: none/],
    ['an option beyond its bounds', { kind: 'clock-skew', with: { seconds: 301 } }, /<=300/],
    [
      'a time that is over before it begins',
      { kind: 'reset', from: '2026-01-05T02:00:00Z', until: '2026-01-05T01:00:00Z' },
      /must be after from/,
    ],
  ])('%s', (_case, fault, message) => {
    expect(() => source(fault)).toThrow(message);
  });
});

it('options that are left out have the defaults of their kind', () => {
  expect(source({ kind: 'latency' }).due('latency', REQUEST, 0)).toEqual({ seconds: 5 });
});

it('strikes where all of match fits, so often and only then', () => {
  const faults = source({
    kind: 'throttle',
    match: { service: 'emr', operation: 'Run*' },
    times: 2,
    from: '2026-01-05T00:00:00Z',
    until: '2026-01-05T01:00:00Z',
  });
  const at = (time: string, subject = REQUEST) =>
    faults.due('throttle', subject, Date.parse(time)) !== undefined;
  expect(at('2026-01-04T23:59:59Z')).toBe(false);
  expect(at('2026-01-05T00:30:00Z', { ...REQUEST, operation: 'ListClusters' })).toBe(false);
  expect(at('2026-01-05T00:30:00Z')).toBe(true);
  expect(at('2026-01-05T01:00:00Z')).toBe(false);
  expect(at('2026-01-05T00:31:00Z')).toBe(true);
  expect(at('2026-01-05T00:32:00Z')).toBe(false);
  expect(faults.injected).toEqual(new Map([['throttle', 2]]));
});

it('a fault never moves the draws of another, and none moves those of the world', () => {
  const strikes = (faults: FaultInput[]) => {
    const kernel = createKernel({ seed: 1, startAtMs: 0, faults });
    const drawn = kernel.random('world')();
    const struck = Array.from({ length: 50 }, () => kernel.fault('throttle', REQUEST) !== undefined);
    return { drawn, again: kernel.random('world')(), struck };
  };
  const rare: FaultInput = { kind: 'throttle', probability: 0.3 };
  const alone = strikes([rare]);
  expect(new Set(alone.struck).size).toBe(2);
  expect(strikes([rare, { kind: 'reset', probability: 0.5 }])).toEqual(alone);
  expect(strikes([])).toMatchObject({ drawn: alone.drawn, again: alone.again });
});

it('each strike is counted and traced', () => {
  const kernel = createKernel({ seed: 1, startAtMs: 0, faults: [{ kind: 'reset', times: 1 }] });
  kernel.fault('reset', REQUEST);
  kernel.fault('reset', REQUEST);
  expect([...kernel.faultsInjected]).toEqual([['reset', 1]]);
  expect(kernel.traced.entries).toMatchObject([{ kind: 'fault', detail: { kind: 'reset', service: 'emr' } }]);
});

it('every kind says what it does and how it shows, and its options have defaults', () => {
  for (const [kind, row] of Object.entries(FAULT_ROWS)) {
    expect(row.does.length, kind).toBeGreaterThan(10);
    expect(row.shows.length, kind).toBeGreaterThan(3);
    expect(row.with.safeParse({}).success, kind).toBe(true);
  }
});
