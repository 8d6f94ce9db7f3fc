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
