import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ResultsFile } from '../../../bench/simulate/run/results-file.ts';
import type { Request } from '../../../bench/simulate/request.ts';
import { sourceHash } from '../../../cli/simulate/source-hash.ts';

const REQUEST: Request = {
  assemblyDirectory: 'out/bench-assembly/a',
  days: 3,
  effort: 'fast',
  policy: 'flarepath',
  faults: 'catalogue',
  everyPass: false,
  world: null,
};

it('results of other code, or of another request, are never gone on from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'invariants'));
  const source = join(folder, 'invariants', 'one.ts');
  const pathOf = (text: string, request = REQUEST): string => {
    writeFileSync(source, text);
    return new ResultsFile('out/bench', request, sourceHash([folder])).path;
  };
  const first = pathOf('export const BOUND_MS = 1;');
  expect(pathOf('export const BOUND_MS = 1;')).toBe(first);
  expect(pathOf('export const BOUND_MS = 2;')).not.toBe(first);
  expect(pathOf('export const BOUND_MS = 1;', { ...REQUEST, days: 4 })).not.toBe(first);
});
