/** Evidence from which a reading is a signal, in decades. How it was chosen: docs/benchmarks.md. */
export const ALARM_DECADES = 0.8;
