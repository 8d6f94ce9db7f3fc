import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { MILLISECONDS_PER_SECOND } from '../core/units.ts';
import type { createClients } from '../lambdas/runtime/clients.ts';
import { harmlessText, wrappedText } from './terminal-text.ts';

/** Where a command writes and what it may ask of its surroundings; a test hands in its own. */
export interface CommandContext {
  /** results, one line */
  readonly print: (line: string) => void;
  /** progress and faults, one line */
  readonly note: (line: string) => void;
  readonly now: () => Date;
  /** may progress be drawn over itself? */
  readonly interactive: boolean;
  /** who asks, as the log keeps it */
  readonly user: () => string;
  readonly sleep: (seconds: number) => Promise<void>;
  /** how AWS is reached, where it is not as the environment says */
  readonly aws?: Parameters<typeof createClients>[1];
}

// Whoever reads on the other side of a pipe may have had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

export const consoleContext: CommandContext = {
  print: (line) => process.stdout.write(`${harmlessText(line)}\n`),
  note: (line) => process.stderr.write(`${wrappedText(harmlessText(line))}\n`),
  now: () => new Date(),
  interactive: process.stderr.isTTY,
  user: () => userInfo().username,
  sleep: (seconds) => delay(seconds * MILLISECONDS_PER_SECOND),
};
