import { InvalidInputError } from '../../core/errors.ts';
import { minuteText } from '../../core/units-text.ts';
import { championModel, modelVersion, pinModel, releaseModel } from '../../lambdas/aws/ledger-models.ts';
import type { CommandContext } from '../command-context.ts';
import { give, type ControlOptions } from '../control/answer.ts';
import { readDeployment, type Deployment } from '../control/deployment.ts';
import { checkJobName } from '../control/known-job.ts';
import { futureInstant, reasonText } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';

export interface RollbackOptions extends ControlOptions {
  readonly to?: string;
  readonly until?: string;
  readonly release?: boolean;
  readonly reason: string;
}

const LONGEST_PIN_DAYS = 366;

/** Pins a version, or ends that. @throws InvalidInputError when there is no such version or no pin */
export async function rollback(
  job: string,
  options: RollbackOptions,
  context: CommandContext,
): Promise<number> {
  checkJobName(job);
  const { to, until, release = false } = options;
  if (release === (to !== undefined)) {
    const found = release ? 'both' : 'neither';
    throw new InvalidInputError(`Found ${found}, allowed: --to VERSION, or --release. Give one of them.`);
  }
  if (release && until !== undefined) {
    throw new InvalidInputError('--until: found with --release, allowed with --to only.');
  }
  const now = context.now();
  const set = { by: context.user(), at: now.toISOString(), reason: reasonText(options.reason) };
  const end = until === undefined ? null : futureInstant('--until', until, now, LONGEST_PIN_DAYS);
  const deployment = readDeployment(options.deployment, context);
  const answer =
    to === undefined
      ? await released(deployment, job, set)
      : await pinned(deployment, { job, version: to, until: end, ...set });
  give(context, options, answer);
  return EXIT.ok;
}

async function pinned({ ledger }: Deployment, pin: Parameters<typeof pinModel>[1]) {
  const { job, version, until } = pin;
  if ((await modelVersion(ledger, job, version)) === undefined) {
    throw new InvalidInputError(
      `--to: found no version ${version} of ${job}; flarepath models list ${job} shows them. Nothing was done.`,
    );
  }
  await pinModel(ledger, pin);
  return {
    lines: [
      `Plans of ${job} use ${version} ${until === null ? 'until it is released' : `until ${minuteText(until)} UTC`}.`,
      `What flies keeps its plan. It ends earlier with: flarepath models rollback ${job} --release`,
    ],
    json: { pinned: pin },
  };
}

async function released(
  { ledger }: Deployment,
  job: string,
  set: { by: string; at: string; reason: string },
) {
  if (!(await releaseModel(ledger, job, set))) {
    throw new InvalidInputError(`Found no pinned model of ${job}. Nothing was done.`);
  }
  const champion = await championModel(ledger, job);
  return {
    lines: [`Plans of ${job} use ${champion?.version ?? 'its job file'} again, which was promoted last.`],
    json: { released: { job, version: champion?.version ?? null, ...set } },
  };
}
