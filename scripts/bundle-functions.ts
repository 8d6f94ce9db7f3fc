import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build, transformSync, type Metafile } from 'esbuild';
import { slimBundles } from './slim-bundles.ts';

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
 * The SDK stays outside, since the runtime brings it. WebAssembly, and what else is read at run time, lies beside.
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
    plugins: [slimBundles],

    metafile: true,
    logLevel: 'error',
  });
  copyCompanions(metafile);
  return Object.entries(metafile.outputs)
    .filter(([file]) => file.endsWith('.mjs'))
    .map(([file, output]) => ({ name: basename(dirname(file)), bytes: output.bytes }));
}

/** Files of packages that bundles read at run time: of which package, for bundles that hold which file, and as what. */
const COMPANIONS = [
  {
    package: '@bsull/augurs/mstl',
    usedBy: '@bsull/augurs/mstl.js',
    files: { 'mstl_bg.wasm': 'mstl_bg.wasm' },
  },
  {
    package: 'highs',
    usedBy: 'lambdas/runtime/highs.ts',
    files: { 'highs.wasm': 'highs.wasm', 'highs.js': 'highs.cjs' },
  },
];

function copyCompanions(metafile: Metafile): void {
  const require = createRequire(import.meta.url);
  for (const { package: name, usedBy, files } of COMPANIONS) {
    const folder = dirname(require.resolve(name));
    for (const [file, { inputs }] of Object.entries(metafile.outputs)) {
      if (!Object.keys(inputs).some((input) => input.endsWith(usedBy))) continue;
      for (const [source, target] of Object.entries(files)) {
        copyCompanion(join(folder, source), join(ROOT, dirname(file), target));
      }
    }
  }
}

function copyCompanion(source: string, target: string): void {
  if (target.endsWith('.cjs'))
    writeFileSync(target, transformSync(readFileSync(source, 'utf8'), { minify: true }).code);
  else copyFileSync(source, target);
}
