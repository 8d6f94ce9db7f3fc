import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError, TerminalError } from '../../core/errors.ts';
import type { SparkHome } from '../../simulator/real-spark/standalone-cluster.ts';
import type { CommandContext } from '../command-context.ts';

/** Spark 3.5 is what EMR 7 has; numpy is for MLlib's Python. */
const PACKAGES = ['pyspark==3.5.6', 'numpy', 'awscli'];
const JAVA_LEAST = 8;
const JAVA_MOST = 17;

/** Python's packages could not be installed. */
class InstallationFailedError extends TerminalError {
  override readonly name = 'InstallationFailedError';
}

/** Why real Spark cannot run here; null: it can, once its packages are installed. */
export function whatIsMissing(): string | null {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const [, version] = /version "(?:1\.)?(\d+)/.exec(java.stderr) ?? [];
  if (java.status !== 0 || version === undefined) {
    return 'There is no java; Spark needs version 8, 11 or 17. Debian: apt-get install openjdk-17-jre-headless.';
  }
  if (Number(version) < JAVA_LEAST || Number(version) > JAVA_MOST) {
    return `java is version ${version}; Spark 3.5 needs 8, 11 or 17. Debian: apt-get install openjdk-17-jre-headless.`;
  }
  if (spawnSync('python3', ['-m', 'venv', '--help']).status !== 0) {
    return 'There is no python3 with venv; Spark needs 3.8 or newer. Debian: apt-get install python3-venv.';
  }
  return null;
}

/**
 * Apache Spark and the aws command in `.venv`, installed from PyPI when they are not there.
 *
 * @param root  folder that holds `.venv`
 * @throws InvalidInputError  when Java or Python is missing
 * @throws InstallationFailedError  when PyPI gives nothing
 */
export async function sparkHome(root: string, context: CommandContext): Promise<SparkHome> {
  const missing = whatIsMissing();
  if (missing !== null) throw new InvalidInputError(missing);
  const toolsBin = join(root, '.venv', 'bin');
  if (!isInstalled(toolsBin)) {
    context.note(`Installing ${PACKAGES.join(', ')} into .venv, about 450 MB, once …`);
    await run('python3', ['-m', 'venv', join(root, '.venv')]);
    await run(join(toolsBin, 'pip'), ['install', '--disable-pip-version-check', ...PACKAGES]);
  }
  const where = spawnSync(join(toolsBin, 'python3'), ['-c', 'import pyspark; print(pyspark.__path__[0])'], {
    encoding: 'utf8',
  });
  return { sparkBin: join(where.stdout.trim(), 'bin'), toolsBin };
}

function isInstalled(toolsBin: string): boolean {
  return ['spark-submit', 'aws', 'f2py'].every((name) => existsSync(join(toolsBin, name)));
}

/** What it says, pip's progress above all, goes to standard error. */
function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) return resolve();
      const failed = `${command} ${args.slice(0, 2).join(' ')} ended with ${code ?? 'a signal'}.`;
      reject(new InstallationFailedError(`${failed} Spark comes from PyPI: is it within reach?`));
    });
  });
}
