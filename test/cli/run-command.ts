import type { CommandContext } from '../../cli/command-context.ts';
import { main } from '../../cli/main.ts';

/** Runs the command line in this process. */
export async function runCommand(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const context: CommandContext = {
    print: (line) => out.push(line),
    note: (line) => err.push(line),
    now: () => new Date('2026-01-05T12:00:00Z'),
    interactive: false,
    user: () => 'ana',
    sleep: () => Promise.resolve(),
  };
  const code = await main(['node', 'flarepath', ...args], context);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
