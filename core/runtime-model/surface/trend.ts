/** What is expected of a runtime by a law with few coefficients, before a process learns what that law misses. */
export interface Trend {
  /** logarithm of seconds */
  logSecondsAt(values: readonly number[]): number;
  /** the same for each point of the sample, by a fit that did not see some of them, which are left out together */
  logSecondsWithout(points: readonly number[]): readonly number[];
}
