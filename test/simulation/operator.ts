import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { main } from '../../cli/main.ts';
import type { TestAccount } from './account.ts';

/** Somebody at the command line, with a deployment in the simulated account. */
export function operator({ scenario, outputs, nowMs }: TestAccount) {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-operator-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'deployment.json');
  writeFileSync(file, JSON.stringify({ Flarepath: outputs }));
  const { region: _region, ...aws } = scenario.client;
  return async (...args: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await scenario.during(() =>
      main(['node', 'flarepath', ...args, '--deployment', file], {
        print: (line) => out.push(line),
        note: (line) => err.push(line),
        now: () => new Date(nowMs()),
        interactive: false,
        user: () => 'ana',
        sleep: (seconds) => scenario.kernel.clock.sleep(seconds * 1000, 'operator'),
        aws,
      }),
    );
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
}
