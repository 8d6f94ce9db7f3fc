import type { ModelPin, ModelVersion } from '../../core/contracts/model-version.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { pinText } from '../../core/runtime-model/governance/pin-text.ts';
import { minuteText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { championModel, modelPin, modelVersions } from '../../lambdas/aws/ledger-models.ts';
import type { CommandContext } from '../command-context.ts';
import { give, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { checkJobName } from '../control/known-job.ts';
import { positiveNumber } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';
import { orDash, table } from '../format.ts';

const LOSS_DIGITS = 4;

/** Prints a job's versions with their standing. @throws InvalidInputError when it has none */
export async function listModels(
  job: string,
  options: ControlOptions & { readonly last: string },
  context: CommandContext,
): Promise<number> {
  checkJobName(job);
  const last = positiveNumber('--last', options.last, true) ?? 0;
  const { ledger } = readDeployment(options.deployment, context);
  const versions = await modelVersions(ledger, job);
  if (versions.length === 0) {
    throw new InvalidInputError(
      `Found no runtime model of ${job} in ${ledger.table}: none of its runs has been learnt from. Plans rest on its job file.`,
    );
  }
  const champion = await championModel(ledger, job);
  const pin = (await modelPin(ledger, job, context.now())) ?? null;
  const shown = versions
    .slice(0, last)
    .map((version) => ({ ...version, standing: standingOf(version, champion?.version, pin) }));
  give(context, options, {
    lines: [
      `${job}: ${versions.length} versions of its runtime model, the last fitted first`,
      '',
      ...tableOf(shown),
      ...(pin === null ? [] : ['', ...wrapText(`${pinText(pin)}.`, '')]),
    ],
    json: { job, versions: shown, pin },
  });
  return EXIT.ok;
}

function standingOf(version: ModelVersion, champion: string | undefined, pin: ModelPin | null): string {
  if (pin?.version === version.version) return 'in charge, pinned';
  if (version.version === champion) return pin === null ? 'in charge' : 'promoted last';
  return version.verdict?.promoted === false ? 'not promoted' : 'was in charge';
}

function tableOf(versions: readonly (ModelVersion & { standing: string })[]): string[] {
  const loss = (value: number | null | undefined) =>
    orDash(value ?? null, (known) => known.toFixed(LOSS_DIGITS));
  return table(
    [
      { title: 'version' },
      { title: 'fitted, UTC' },
      { title: 'runs', align: 'right' },
      { title: 'loss', align: 'right' },
      { title: 'before', align: 'right' },
      { title: 'standing' },
    ],
    versions.map(({ version, fittedAt, runs, verdict, standing }) => [
      version,
      minuteText(fittedAt),
      String(runs),
      loss(verdict?.loss),
      loss(verdict?.championLoss),
      standing,
    ]),
  );
}
