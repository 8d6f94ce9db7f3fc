import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleFunctions } from '../../scripts/bundle-functions.ts';

it('WebAssembly lies beside the bundle that loads it, and beside no other', async () => {
  const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
  const sizes = await bundleFunctions(['forecast-load', 'plan-fleet', 'wake'], outdir);
  const wasmOf = (name: string) => readdirSync(join(outdir, name)).filter((file) => file.endsWith('.wasm'));
  expect(wasmOf('forecast-load')).toEqual(['mstl_bg.wasm']);
  expect(statSync(join(outdir, 'forecast-load', 'mstl_bg.wasm')).size).toBeGreaterThan(100_000);
  expect(wasmOf('plan-fleet')).toEqual(['highs.wasm']);
  expect(wasmOf('wake')).toEqual([]);
  for (const planning of ['forecast-load', 'plan-fleet']) {
    expect(sizes.find(({ name }) => name === planning)!.bytes).toBeLessThan(500 * 1024);
  }
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

it('a bundle loads the solver from there, within the microtasks that a virtual clock waits for, and it solves', async () => {
  const outdir = mkdtempSync(join(tmpdir(), 'bundles-'));
  await bundleFunctions(['runtime/highs'], outdir);
  const script = `
    const { highsSolver } = await import('./runtime/highs/index.mjs');
    let solver;
    void highsSolver().then((loaded) => { solver = loaded; });
    for (let i = 0; i < 100 && solver === undefined; i += 1) await null;
    const problem = {
      columns: 2, rows: 1,
      cost: Float64Array.of(3, 2), columnUpper: Float64Array.of(10, 4),
      rowLower: Float64Array.of(6), rowUpper: Float64Array.of(Infinity),
      starts: Int32Array.of(0, 1, 2), rowIndex: Int32Array.of(0, 0), values: Float64Array.of(1, 1),
    };
    const model = solver.model(problem);
    const solved = model.solve(problem);
    console.log(JSON.stringify([solved.objective, ...solved.columns, ...solved.rowDual]));`;
  const answer: unknown = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: outdir, encoding: 'utf8' }),
  );
  expect(answer).toEqual([14, 2, 4, 3]);
});
