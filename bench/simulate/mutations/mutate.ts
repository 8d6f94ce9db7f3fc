import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { InvalidInputError } from '../../../core/errors.ts';
import { sha256Hex } from '../../../core/numerics/content-hash.ts';
import { loadGuestHandler, type GuestHandler } from '../../../simulator/services/lambda/guest-handler.ts';
import type { DeployOptions } from '../deploy-scenario.ts';
import type { Mutation } from './mutation.ts';

const ROOT = join(import.meta.dirname, '../../..');
const HASH_DIGITS = 16;
const BANNER =
  "import { createRequire as mutantRequire } from 'node:module'; const require = mutantRequire(import.meta.url);";

/**
 * What a deployment needs to be the mutant: a handler in place of a deployed one, or a change of its template.
 *
 * @param folder  where mutated bundles are put
 * @throws InvalidInputError  when the text to replace is not there exactly once
 */
export async function mutate(
  mutation: Mutation,
  folder: string,
): Promise<Pick<DeployOptions, 'handlers' | 'editTemplate'>> {
  const { place } = mutation;
  if ('stateMachine' in place)
    return {
      handlers: idleFunctions(mutation),
      editTemplate: (template) => mutatedTemplate(template, mutation),
    };
  const outdir = join(folder, sha256Hex(JSON.stringify(mutation)).slice(0, HASH_DIGITS), String(Date.now()));
  await build({
    absWorkingDir: ROOT,
    entryPoints: place.functions.map((name) => ({ in: `lambdas/${name}.ts`, out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['@aws-sdk/*', '@smithy/*'],
    banner: { js: BANNER },
    logLevel: 'error',
    plugins: [replacing(join(ROOT, place.file), mutation)],
  });
  const handlers = idleFunctions(mutation);
  for (const name of place.functions)
    handlers[`flarepath-${name}`] = await loadGuestHandler(join(outdir, name), 'index.handler');
  return { handlers };
}

/** Handlers of the functions that a mutation keeps out of the way. */
export function idleFunctions({ idle = [] }: Mutation): Record<string, GuestHandler> {
  return Object.fromEntries(idle.map((name) => [`flarepath-${name}`, () => ({})]));
}

function replacing(file: string, mutation: Mutation): Plugin {
  return {
    name: 'mutation',
    setup(bundling) {
      bundling.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path === file
          ? { contents: replacedOnce(readFileSync(path, 'utf8'), mutation), loader: 'ts' }
          : undefined,
      );
    },
  };
}

/** The text of a state machine stands in the template as a JSON string. */
function mutatedTemplate(template: unknown, mutation: Mutation): unknown {
  const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
  const { find, replace } = mutation;
  const changed = replacedOnce(JSON.stringify(template), {
    ...mutation,
    find: escaped(find),
    replace: escaped(replace),
  });
  return JSON.parse(changed);
}

function replacedOnce(text: string, { find, replace, place }: Mutation): string {
  const found = text.split(find).length - 1;
  if (found === 1) return text.replace(find, () => replace);
  throw new InvalidInputError(
    `Mutation: found "${find}" ${found} times in ${JSON.stringify(place)}; allowed: exactly once. Follow the code.`,
  );
}
