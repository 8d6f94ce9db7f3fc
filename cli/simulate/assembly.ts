import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { sourceHash } from './source-hash.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Everything that a synthesised template and its bundles are made from. */
const SOURCE_FOLDERS = ['bin', 'core', 'lambdas', 'lib', 'statemachines', 'scripts'];
const SOURCE_FILES = ['cdk.json', 'package-lock.json'];
const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/**
 * The cloud assembly of some jobs, synthesised when it is missing or older than its sources.
 *
 * @param jobsDirectory  folder of job files
 * @param onSynthesis  called before the seconds that synthesis takes
 * @param home  folder below `out/` that keeps the newest one
 * @returns the assembly's folder
 * @throws InvalidInputError  when a job file or a setting is refused
 */
export function assemblyOf(jobsDirectory: string, onSynthesis: () => void, home = 'assembly'): string {
  const folders = [...SOURCE_FOLDERS.map((folder) => join(ROOT, folder)), resolve(jobsDirectory)];
  const hash = sourceHash(
    folders,
    SOURCE_FILES.map((file) => join(ROOT, file)),
  );
  const directory = join(ROOT, 'out', home, hash);
  if (existsSync(join(directory, 'manifest.json'))) return directory;
  onSynthesis();
  rmSync(join(ROOT, 'out', home), { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const context = CdkJson.parse(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'))).context;
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      // the checks of `npm run synth` take longer than the synthesis, and change nothing in what it writes
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, flarepath: { jobsDirectory } }),
    },
  });
  if (run.status !== 0) {
    rmSync(directory, { recursive: true, force: true });
    throw new InvalidInputError(`The jobs in ${jobsDirectory} do not synthesise:\n${run.stderr.trim()}`);
  }
  return directory;
}
