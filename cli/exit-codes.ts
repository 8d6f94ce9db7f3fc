/** What the command's exit code says; documented in docs/guide/command-line.md. */
export const EXIT = {
  ok: 0,
  /** something broke that is not the caller's doing */
  failure: 1,
  /** what was handed in cannot be used; nothing was done */
  badInput: 2,
  /** the input is fine, but no fleet meets deadline and budget; nothing was launched */
  noFeasiblePlan: 3,
  /** a simulation ended with runs that were late or failed */
  runsMissed: 4,
} as const;
