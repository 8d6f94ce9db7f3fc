import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { FUNCTION_NAMES } from '../../lib/function-names.ts';
import { bundleFunctions } from '../../scripts/bundle-functions.ts';

const ROOT = join(import.meta.dirname, '../..');
const BYTES_PER_KIB = 1024;

/** What is not worth a function of its own to measure by: a client, a middleware, one call. */
const BASELINE = `
import { EMRClient, ListClustersCommand } from '@aws-sdk/client-emr';
import middy from '@middy/core';
let client;
export const handler = middy(async () => {
  client ??= new EMRClient({});
  return client.send(new ListClustersCommand({}));
});`;

/** A bundle as a function would be uploaded. */
export interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly kilobytes: number;
  readonly wasmKilobytes: number;
}

/** Bundles all functions as a deployment does. @param folder  below the project, so that packages are found from there */
export async function bundleAll(folder: string): Promise<Bundle[]> {
  await bundleFunctions(FUNCTION_NAMES, join(ROOT, folder));
  return FUNCTION_NAMES.map((name) => bundleIn(name, join(ROOT, folder, name), 'index.mjs'));
}

/** Bundles the baseline: an EMR client and the middleware, once with the SDK left out as functions have it, once with it. */
export async function bundleBaseline(folder: string): Promise<{ bundle: Bundle; withSdkKilobytes: number }> {
  const directory = join(ROOT, folder, 'baseline');
  const bundle = async (file: string, external: string[]) =>
    build({
      stdin: { contents: BASELINE, resolveDir: ROOT },
      outfile: join(directory, file),
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      external,
      logLevel: 'error',
    });
  await bundle('whole.mjs', []);
  const withSdkKilobytes = statSync(join(directory, 'whole.mjs')).size / BYTES_PER_KIB;
  await bundle('index.mjs', ['@aws-sdk/*', '@smithy/*']);
  return { bundle: bundleIn('baseline', directory, 'index.mjs'), withSdkKilobytes };
}

/** Bundles a program of the suite into plain JavaScript. @returns its file */
export async function bundleProgram(folder: string, name: string): Promise<string> {
  const outfile = join(ROOT, folder, `${name}.mjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [`bench/coldstart/${name}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}

function bundleIn(name: string, directory: string, main: string): Bundle {
  const bytesOf = (files: readonly string[]) =>
    files.reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
  const files = readdirSync(directory);
  return {
    name,
    file: join(directory, main),
    // a script that lies beside is code as well: it is the glue of a WebAssembly module
    kilobytes: bytesOf([main, ...files.filter((file) => file.endsWith('.cjs'))]) / BYTES_PER_KIB,
    wasmKilobytes: bytesOf(files.filter((file) => file.endsWith('.wasm'))) / BYTES_PER_KIB,
  };
}
