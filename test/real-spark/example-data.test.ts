import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { consoleContext } from '../../cli/command-context.ts';
import { makeData } from '../../cli/spark/example-data.ts';
import { Lake } from '../../simulator/real-spark/lake.ts';

const directory = mkdtempSync(join(tmpdir(), 'example-data-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** In place of the generator: writes the size that it was asked for. */
const GENERATOR = `
import os, sys
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
os.makedirs(options["--output"])
open(os.path.join(options["--output"], "size"), "w").write(options["--mib"])
`;

it('example data have the size that is asked for, also after another, and are made once', () => {
  writeFileSync(join(directory, 'generate_data.py'), GENERATOR);
  const lake = new Lake(join(directory, 'lake'));
  mkdirSync(join(directory, 'lake', 'example-lake'), { recursive: true });
  const made: string[] = [];
  const context = { ...consoleContext, note: (line: string) => void made.push(line) };
  const sizeOf = (mib: number) => {
    makeData('aggregate-clicks', mib, directory, lake, context);
    return readFileSync(join(lake.pathOf('s3://example-lake/clicks'), 'size'), 'utf8');
  };
  expect([48, 200, 48, 48].map(sizeOf)).toEqual(['48', '200', '48', '48']);
  expect(made).toHaveLength(3);
});
