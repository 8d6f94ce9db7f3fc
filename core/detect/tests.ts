/** What is asked of each new point. Each gives a statistic, and the statistic's own past says how unlikely it is. */
export const TESTS = [
  /** robust z against the last day */
  'deviation',
  /** median of the last 6, and 24, points against the usual */
  'shiftNow',
  'shiftLately',
  /** against the same time of the days, and weeks, before */
  'dayBefore',
  'weekBefore',
  /** spread of the last points against the usual */
  'volatility',
  /** beyond all that was ever seen */
  'newRange',
  /** the last 1, 12, 36 points against the most similar stretch before */
  'novelty1',
  'novelty12',
  'novelty36',
] as const;
export type TestName = (typeof TESTS)[number];

/** A statistic for each test that can be asked already, not negative. */
export type Statistics = Partial<Record<TestName, number>>;
