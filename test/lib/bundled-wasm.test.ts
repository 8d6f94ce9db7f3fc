import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleFunctions } from '../../scripts/bundle-functions.ts';

it('WebAssembly lies beside the bundle that loads it, and beside no other', async () => {
  const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
  const sizes = await bundleFunctions(['forecast-load', 'wake'], outdir);
  const wasmOf = (name: string) => readdirSync(join(outdir, name)).filter((file) => file.endsWith('.wasm'));
  expect(wasmOf('forecast-load')).toEqual(['mstl_bg.wasm']);
  expect(statSync(join(outdir, 'forecast-load', 'mstl_bg.wasm')).size).toBeGreaterThan(100_000);
  expect(wasmOf('wake')).toEqual([]);
  expect(sizes.find(({ name }) => name === 'forecast-load')!.bytes).toBeLessThan(500 * 1024);
});

it('a bundle loads it from there, where no package is installed, and forecasts a week', async () => {
  const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
  await bundleFunctions(['runtime/mstl'], outdir);
  const script = `
    const { mstlForecast } = await import('./runtime/mstl/index.mjs');
    const values = Float64Array.from({ length: 42 }, (_, day) => (day % 7 < 5 ? 100 : 30) + (day % 3));
    console.log(JSON.stringify([...mstlForecast(values, [7], 7)]));`;
  const answer: unknown = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: outdir, encoding: 'utf8' }),
  );
  expect(answer).toHaveLength(7);
  (answer as number[]).forEach((value, day) =>
    expect(Math.abs(value - (day < 5 ? 101 : 31))).toBeLessThan(6),
  );
});
