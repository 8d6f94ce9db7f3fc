import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Program {
  /** Ends it and everything that it started, at once. */
  kill(): void;
}

export interface ProgramOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** what it says goes there */
  readonly logFile: string;
  readonly onSaid?: (text: string) => void;
  /** @param code  null when a signal ended it */
  readonly onExit?: (code: number | null) => void;
}

/** Programs of this machine that were started here, each in a process group of its own. */
export class Programs {
  readonly #running = new Set<ChildProcess>();
  readonly #onProcessExit = (): void => this.killAll();

  constructor() {
    process.once('exit', this.#onProcessExit);
  }

  start(order: ProgramOrder): Program {
    mkdirSync(dirname(order.logFile), { recursive: true });
    const child = spawn(order.command, [...order.args], {
      cwd: dirname(order.logFile),
      env: { ...process.env, ...order.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#running.add(child);
    const said = (text: string): void => {
      appendFileSync(order.logFile, text);
      order.onSaid?.(text);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', said);
    // The group outlives its leader where a child of its own does: it goes as a whole.
    child.once('error', (error) => said(`${error.message}\n`));
    child.once('close', (code) => {
      this.#running.delete(child);
      order.onExit?.(code);
    });
    return { kill: () => this.#kill(child) };
  }

  killAll(): void {
    for (const child of this.#running) this.#kill(child);
  }

  close(): void {
    this.killAll();
    process.removeListener('exit', this.#onProcessExit);
  }

  #kill(child: ChildProcess): void {
    if (child.pid === undefined || !this.#running.has(child)) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it was over already
    }
  }
}

/** Characters of what a program says last that are worth keeping. */
export const SAID_KEPT = 20_000;
const REASON_LINES = 4;

/**
 * How a program ended, in its own last words about it.
 *
 * @param code  null when a signal ended it
 */
export function lastWords(code: number | null, said: string): string {
  const lines = said.split('\n').filter((line) => /exception|error/i.test(line));
  return `${code === null ? 'a signal' : `code ${code}`}. ${lines.slice(-REASON_LINES).join(' ')}`.trim();
}
