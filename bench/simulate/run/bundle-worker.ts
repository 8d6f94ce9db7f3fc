import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../..');

/**
 * Bundles the worker into one file of plain JavaScript. A loader that translates TypeScript on the way gives each
 * closure its name whenever it is made, which costs a tenth of a simulation; and each worker would translate anew.
 *
 * @param folder  where the bundle is put; packages must be found from there
 * @returns the file that a worker process runs
 */
export async function bundleWorker(folder: string): Promise<string> {
  const outfile = join(ROOT, folder, 'worker.mjs');
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['bench/simulate/run/worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
    plugins: [inPlace],
  });
  return outfile;
}

/** Modules that look for files beside them look where their source is. */
const inPlace: Plugin = {
  name: 'in-place',
  setup(bundling) {
    bundling.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};
