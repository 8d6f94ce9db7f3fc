import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalError } from '../../core/errors.ts';
import type { Lake } from '../../simulator/real-spark/lake.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import type { CommandContext } from '../command-context.ts';

export const BUCKET = 's3://example-lake';

/** What each example job reads: the generator's kind, and the addresses of what it makes. */
const DATA: Readonly<Record<string, { readonly kind: string; readonly folders: readonly string[] }>> = {
  'join-orders': { kind: 'orders', folders: ['orders', 'orders-customers'] },
  'aggregate-clicks': { kind: 'clicks', folders: ['clicks'] },
  'train-churn': { kind: 'churn', folders: ['churn'] },
};
export const EXAMPLE_JOBS = Object.keys(DATA);

/** The example data could not be made. */
class GeneratorFailedError extends TerminalError {
  override readonly name = 'GeneratorFailedError';
}

/** Makes a job's data, unless it lies there in that size from before. */
export function makeData(
  job: string,
  mib: number,
  examples: string,
  lake: Lake,
  context: CommandContext,
): void {
  const data = DATA[job];
  if (data === undefined) return;
  const folder = lake.pathOf(`${BUCKET}/${data.kind}`);
  const stamp = `${folder}.mib`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === String(mib)) return;
  context.note(`Making ${mib} MiB of ${data.kind} …`);
  // gone before the data are: what a generator leaves half made carries no size
  rmSync(stamp, { force: true });
  for (const name of data.folders) rmSync(lake.pathOf(`${BUCKET}/${name}`), { recursive: true, force: true });
  const options = ['--kind', data.kind, '--mib', String(mib), '--output', folder];
  const { status, stderr } = spawnSync('python3', [join(examples, 'generate_data.py'), ...options], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new GeneratorFailedError(`generate_data.py ${options.join(' ')}: ${stderr.trim()}`);
  writeFileSync(stamp, String(mib));
}

/** The data of jobs lie in the simulated S3, as far as anybody there asks: names and sizes. */
export function showData(jobs: readonly string[], lake: Lake, { services }: Scenario): void {
  for (const folder of new Set(jobs.flatMap((job) => DATA[job]?.folders ?? []))) {
    lake.show(services.s3, `${BUCKET}/${folder}/`, 'sizes');
  }
}
