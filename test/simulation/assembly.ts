import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const JOBS = 'test/simulation/jobs';
const HOME = join(ROOT, 'out', 'test-assembly');
const SOURCES = ['bin', 'core', 'lambdas', 'lib', 'statemachines', 'scripts'];
/** A synthesis takes seconds; a lock this old was left behind by a process that died. */
const STALE_MS = 120_000;
const KEPT_MS = 600_000;

const assemblies = new Map<string, Promise<string>>();

/**
 * The cloud assembly of the test jobs, or of other ones. Synthesised once for a state of the sources: test files
 * that run side by side wait for whoever came first.
 *
 * @param jobs  folder of job files, from the repository's root
 */
export function testAssembly(jobs = JOBS): Promise<string> {
  const assembly = assemblies.get(jobs) ?? findOrSynthesise(jobs);
  assemblies.set(jobs, assembly);
  return assembly;
}

async function findOrSynthesise(jobs: string): Promise<string> {
  const directory = join(HOME, sourceHash(jobs));
  const lock = join(HOME, 'lock');
  mkdirSync(HOME, { recursive: true });
  while (!existsSync(join(directory, 'manifest.json'))) {
    if (!locked(lock)) {
      await sleep(100);
      continue;
    }
    try {
      if (!existsSync(join(directory, 'manifest.json'))) synthesise(directory, jobs);
    } finally {
      rmdirSync(lock);
    }
  }
  return directory;
}

function locked(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function synthesise(directory: string, jobs: string): void {
  for (const old of readdirSync(HOME)) {
    const age = Date.now() - statSync(join(HOME, old)).mtimeMs;
    // a test run beside this one, begun before the sources changed, may still read its own
    if (old !== 'lock' && age > KEPT_MS) rmSync(join(HOME, old), { recursive: true, force: true });
  }
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, flarepath: { jobsDirectory: jobs } }),
    },
  });
  if (run.status === 0) return;
  rmSync(directory, { recursive: true, force: true });
  throw new Error(`The test jobs do not synthesise:\n${run.stderr}`);
}

function sourceHash(jobs: string): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of [...SOURCES, jobs]) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
