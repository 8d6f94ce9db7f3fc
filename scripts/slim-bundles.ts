import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** Modules of zod that write JSON schemas: every schema refers to them, no function calls them, they weigh 17 KiB. */
const JSON_SCHEMA_WRITERS = /[\\/]zod[\\/]v4[\\/]core[\\/](json-schema-processors|to-json-schema)\.js$/;
const REFUSAL =
  'bundled functions write no JSON schemas: scripts/slim-bundles.ts leaves that part of zod out';

/**
 * Leaves out of a function's bundle what no function uses and no bundler can see to be unused: zod's writers of JSON
 * schemas, which refuse when they are called all the same, and most of ml-matrix, whose modules are taken one by one.
 */
export const slimBundles: Plugin = {
  name: 'slim-bundles',
  setup(bundling) {
    bundling.onLoad({ filter: JSON_SCHEMA_WRITERS }, ({ path }) => ({
      contents: refusing(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
    const matrix = dirname(createRequire(import.meta.url).resolve('ml-matrix'));
    bundling.onResolve({ filter: /^ml-matrix$/ }, () => ({
      path: join(matrix, 'src', 'index.js'),
      sideEffects: false,
    }));
  },
};

/** A module with the same exports: each makes a function that refuses. */
function refusing(source: string): string {
  const declared = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
  const renamed = [...source.matchAll(/^export \{ \w+ as (\w+) \};/gm)].map(([, name]) => name);
  const exported = declared.map((name) => `export const ${name} = () => refuse;`);
  const named = renamed.map((name) => `export { make as ${name} };`);
  return [
    `const refuse = () => { throw new Error(${JSON.stringify(REFUSAL)}); };`,
    'const make = () => refuse;',
    ...exported,
    ...named,
  ].join('\n');
}
