import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions, type BundleSize } from '../../scripts/bundle-functions.ts';

const outdir = mkdtempSync(join(tmpdir(), 'slim-'));
let sizes: BundleSize[];

beforeAll(async () => {
  sizes = await bundleFunctions(['start-run', 'sleep', 'learn-from-run'], outdir);
  symlinkSync(resolve('node_modules'), join(outdir, 'node_modules'));
});

describe('a bundle of a function', () => {
  it('weighs no more than it should', () => {
    const kilobytes = Object.fromEntries(sizes.map(({ name, bytes }) => [name, bytes / 1024]));
    expect(kilobytes['start-run']).toBeLessThan(150);
    expect(kilobytes['sleep']).toBeLessThan(150);
    expect(kilobytes['learn-from-run']).toBeLessThan(260);
  });

  it('still holds an environment to its contract, and refuses to write its schema', () => {
    const script = `
      const { Environment } = await import('./sleep/index.mjs');
      const { success } = Environment.safeParse({ LEDGER_TABLE: 'x' });
      let refusal = '';
      try { Environment.toJSONSchema(); } catch (error) { refusal = error.message; }
      console.log(JSON.stringify({ success, refusal }));`;
    const answer: unknown = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: outdir,
        encoding: 'utf8',
      }),
    );
    expect(answer).toEqual({ success: false, refusal: expect.stringContaining('write no JSON schemas') });
  });
});
