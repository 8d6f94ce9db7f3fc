import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

// CommonJS dependencies inside an ES module ask for these three.
const BANNER = [
  "import { createRequire as flarepathCreateRequire } from 'node:module';",
  'const require = flarepathCreateRequire(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('');

/** What one function's bundle weighs. */
export interface BundleSize {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Bundles the Lambda functions, all in one esbuild call: `<outdir>/<name>/index.mjs` with its source map.
 * The SDK stays outside, since the runtime brings it.
 *
 * @param names  of functions; each is `lambdas/<name>.ts`
 * @param outdir  directory that is emptied and filled
 * @returns each bundle's size
 */
export async function bundleFunctions(names: readonly string[], outdir: string): Promise<BundleSize[]> {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: names.map((name) => ({ in: `lambdas/${name}.ts`, out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    external: ['@aws-sdk/*', '@smithy/*'],
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'error',
  });
  return Object.entries(metafile.outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .map(([file, output]) => ({ name: basename(dirname(file)), bytes: output.bytes }));
}
