/** Where a command writes and what it may ask of its surroundings; a test hands in its own. */
export interface CommandContext {
  /** results, one line */
  readonly print: (line: string) => void;
  /** progress and faults, one line */
  readonly note: (line: string) => void;
  readonly now: () => Date;
  /** may progress be drawn over itself? */
  readonly interactive: boolean;
}

export const consoleContext: CommandContext = {
  print: (line) => process.stdout.write(`${line}\n`),
  note: (line) => process.stderr.write(`${line}\n`),
  now: () => new Date(),
  interactive: process.stderr.isTTY,
};
