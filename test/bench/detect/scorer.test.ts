import { describe, expect, it } from 'vitest';
import type { LabelledSeries } from '../../../bench/detect/read-labelled.ts';
import {
  judgeAt,
  normalised,
  PROFILE_NAMES,
  rank,
  tune,
  type ProfileName,
  type Scored,
} from '../../../bench/detect/scorer.ts';

function seriesWith(...windows: { first: number; last: number }[]): LabelledSeries {
  const atSeconds = Array.from({ length: 1000 }, (_, i) => 300 * i);
  return { name: 'some/series.csv', category: 'some', atSeconds, values: atSeconds.map(() => 0), windows };
}

/** Scores 1 at these points, 0 elsewhere. */
function alarmsAt(series: LabelledSeries, ...points: number[]): Scored {
  const scores = new Float64Array(series.values.length);
  for (const point of points) scores[point] = 1;
  return { series, scores };
}

function scoreOf(scored: Scored[], profile: ProfileName = 'standard'): number | null {
  const ranking = rank(scored, profile);
  return normalised(judgeAt(ranking, 1).worth, ranking.windows, profile);
}

const SERIES = seriesWith({ first: 300, last: 399 }, { first: 700, last: 799 });

describe("NAB's score", () => {
  it('is 100 for an alarm at the beginning of each window, and 0 for silence, in every profile', () => {
    for (const profile of PROFILE_NAMES) {
      expect(scoreOf([alarmsAt(SERIES, 300, 700)], profile)).toBeCloseTo(100, 10);
      expect(scoreOf([alarmsAt(SERIES)], profile)).toBeCloseTo(0, 10);
    }
  });

  it('counts the best alarm of a window once, the more the earlier', () => {
    const early = scoreOf([alarmsAt(SERIES, 310)])!;
    const late = scoreOf([alarmsAt(SERIES, 390)])!;
    expect(early).toBeGreaterThan(late);
    expect(scoreOf([alarmsAt(SERIES, 310, 390)])).toBe(early);
    // a middle alarm is worth sigmoid(-0.51) / sigmoid(-1), of which half the range is for not missing it
    const worth = (2 / (1 + Math.exp(5 * -0.51)) - 1) / (2 / (1 + Math.exp(-5)) - 1);
    expect(scoreOf([alarmsAt(SERIES, 349)])).toBeCloseTo((100 * (1 + worth)) / 4, 10);
  });

  it('charges an alarm before any window in full, and one just after a window next to nothing', () => {
    expect(scoreOf([alarmsAt(SERIES, 200)])).toBeCloseTo((-100 * 0.11) / 4, 10);
    expect(scoreOf([alarmsAt(SERIES, 200)], 'lowFP')).toBeCloseTo((-100 * 0.22) / 4, 10);
    expect(scoreOf([alarmsAt(SERIES, 400)])).toBeGreaterThan((-100 * 0.01) / 4);
    expect(scoreOf([alarmsAt(SERIES, 698)])).toBeCloseTo((-100 * 0.11) / 4, 10);
  });

  it('does not count the first 15 % of a series', () => {
    expect(scoreOf([alarmsAt(SERIES, 0, 149)])).toBeCloseTo(0, 10);
    expect(scoreOf([alarmsAt(SERIES, 150)])).toBeLessThan(0);
  });

  it('tunes one threshold over all series, and prefers silence to harm', () => {
    const good = alarmsAt(SERIES, 300, 700);
    good.scores[500] = 0.4;
    expect(tune(rank([good], 'standard'))).toMatchObject({ threshold: 1, detected: 2, falsePositives: 0 });
    const noise = { series: seriesWith(), scores: Float64Array.from({ length: 1000 }, () => 2) };
    expect(tune(rank([good, noise], 'standard'))).toMatchObject({ threshold: Infinity, worth: -2 });
  });

  it('has no figure where nothing is labelled', () => {
    expect(scoreOf([alarmsAt(seriesWith(), 500)])).toBeNull();
  });
});
