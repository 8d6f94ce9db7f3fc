import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimFolder } from '../../cli/spark/own-folder.ts';

const somewhere = () => mkdtempSync(join(tmpdir(), 'own-folder-'));
const claim = (directory: string) => claimFolder(directory, ['lake'], 'data');

function fill(directory: string): void {
  for (const name of ['data', 'results']) {
    mkdirSync(join(directory, 'lake', name), { recursive: true });
    writeFileSync(join(directory, 'lake', name, 'part-0'), 'x');
  }
}

describe('the folder of real Spark', () => {
  test('loses what earlier runs left, and keeps the data', () => {
    const directory = join(somewhere(), 'new');
    claim(directory);
    fill(directory);
    claim(directory);
    expect(existsSync(join(directory, 'lake/data/part-0'))).toBe(true);
    expect(existsSync(join(directory, 'lake/results'))).toBe(false);
  });

  test('is refused, and untouched, when the files in it are somebody else’s', () => {
    const directory = somewhere();
    fill(directory);
    expect(() => claim(directory)).toThrow(
      /files of its own \(lake\), allowed: a folder that is new or empty/,
    );
    expect(existsSync(join(directory, 'lake/results/part-0'))).toBe(true);
  });
});
