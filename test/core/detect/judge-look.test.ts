import { describe, expect, it } from 'vitest';
import { Signal } from '../../../core/contracts/signal.ts';
import { believed } from '../../../core/detect/false-discovery.ts';
import { judgeLook, type SeriesReading, type Surroundings } from '../../../core/detect/judge-look.ts';

const DEADLINE = [{ on: 'deadline', because: 'late with probability 0.4' }] as const;
const AT = Date.parse('2026-03-01T02:00:00Z') / 1000;

function reading(
  decades: number,
  changed: Partial<SeriesReading['reading']> = {},
  metric = 'HDFSUtilization',
): SeriesReading {
  return {
    key: { job: 'nightly', metric, place: 'cluster' },
    atSeconds: AT,
    value: 97,
    reading: {
      surprise: { shiftLately: decades, dayBefore: decades / 2 },
      evidence: decades,
      strength: decades,
      expected: 40,
      deviationSpreads: 9,
      ...changed,
    },
  };
}

function look(readings: SeriesReading[], changed: Partial<Surroundings> = {}): Signal[] {
  const signals = judgeLook(readings, { maintenance: [], effectsOf: () => [...DEADLINE], ...changed });
  return signals.map((signal) => Signal.parse(signal));
}

describe('one look at many series', () => {
  it('gives a signal that says what was seen, what was expected and which tests spoke', () => {
    expect(look([reading(4)])).toMatchObject([
      {
        at: '2026-03-01T02:00:00.000Z',
        value: 97,
        expected: 40,
        tests: [
          { test: 'shiftLately', decades: 4 },
          { test: 'dayBefore', decades: 2 },
        ],
        hushed: null,
      },
    ]);
  });

  it('asks more of a finding the more series were looked at', () => {
    const quiet = Array.from({ length: 400 }, () => reading(0, { strength: 0 }));
    expect(look([reading(2.5)])).toHaveLength(1);
    expect(look([reading(2.5), ...quiet])).toHaveLength(0);
    expect(look([reading(5), ...quiet])).toHaveLength(1);
  });

  it('lets only what people are told mute what follows', () => {
    const isTold = (decades: number, changed: Partial<Surroundings> = {}, others: SeriesReading[] = []) => {
      let told = false;
      look([{ ...reading(decades), detector: { told: () => (told = true) } }, ...others], changed);
      return told;
    };
    const quiet = Array.from({ length: 400 }, () => reading(0, { strength: 0 }));
    expect(isTold(4)).toBe(true);
    expect(isTold(2.5, {}, quiet)).toBe(false);
    expect(isTold(4, { effectsOf: () => [] })).toBe(false);
    expect(isTold(4, { maintenance: [{ fromSeconds: AT, untilSeconds: AT + 60 }] })).toBe(false);
  });

  it('takes a distance beyond the range for no probability', () => {
    expect(look([reading(4, { surprise: { newRange: 4 } })])).toEqual([]);
    expect(look([reading(4, { surprise: { newRange: 4, deviation: 3 } })])).toHaveLength(1);
  });

  it('keeps what has no effect on deadline, budget or output, and wakes nobody', () => {
    expect(look([reading(4)], { effectsOf: () => [] })).toMatchObject([{ hushed: 'no effect' }]);
  });

  it('wakes nobody for what is certain but small', () => {
    expect(look([reading(4, { deviationSpreads: 0.3 })])).toMatchObject([{ hushed: 'small' }]);
  });

  it('wakes nobody during maintenance, of that job and metric and until it ends', () => {
    const during = { fromSeconds: AT - 60, untilSeconds: AT + 60 };
    const hushedIn = (window: object) =>
      look([reading(4)], { maintenance: [{ ...during, ...window }] })[0]!.hushed;
    expect(hushedIn({})).toBe('maintenance');
    expect(hushedIn({ job: 'nightly', metric: 'HDFSUtilization' })).toBe('maintenance');
    expect(hushedIn({ job: 'hourly' })).toBeNull();
    expect(hushedIn({ metric: 'IsIdle' })).toBeNull();
    expect(hushedIn({ untilSeconds: AT })).toBeNull();
  });

  it('says nothing of a weak reading', () => {
    expect(look([reading(4, { strength: 0 })])).toEqual([]);
  });
});

describe("Benjamini and Hochberg's procedure", () => {
  it("believes the first four of the paper's fifteen at 5 %", () => {
    // the example of their paper, section 3.2
    const probabilities = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    expect(believed(probabilities, 0.05).filter(Boolean)).toHaveLength(4);
    expect(believed([...probabilities].reverse(), 0.05).lastIndexOf(true)).toBe(14);
  });

  it('believes nothing of nothing', () => {
    expect(believed([], 0.05)).toEqual([]);
  });
});
