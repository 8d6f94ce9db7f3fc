import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build, type Metafile } from 'esbuild';

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
 * The SDK stays outside, since the runtime brings it. WebAssembly lies beside the bundles that load it.
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
  copyWasm(metafile);
  return Object.entries(metafile.outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .map(([file, output]) => ({ name: basename(dirname(file)), bytes: output.bytes }));
}

/** Packages whose WebAssembly stands beside their module under the same name. */
const WASM_MODULES = [{ module: '@bsull/augurs/mstl', wasm: 'mstl_bg.wasm' }];

function copyWasm(metafile: Metafile): void {
  const require = createRequire(import.meta.url);
  for (const { module, wasm } of WASM_MODULES) {
    const source = require.resolve(module);
    for (const [file, { inputs }] of Object.entries(metafile.outputs)) {
      if (!Object.keys(inputs).some((input) => join(ROOT, input) === source)) continue;
      copyFileSync(join(dirname(source), wasm), join(ROOT, dirname(file), wasm));
    }
  }
}
