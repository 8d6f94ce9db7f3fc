import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { ForecastBasis } from '../../core/contracts/load-forecast.ts';
import { ModelEvidence, type ModelVersion } from '../../core/contracts/model-version.ts';
import type { DocumentRef } from '../../core/contracts/quantities.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import { getDocument } from '../../lambdas/aws/documents.ts';
import { championModel, modelPin, modelVersion } from '../../lambdas/aws/ledger-models.ts';
import { recordsOfRun } from '../../lambdas/aws/ledger-records.ts';
import type { CommandContext } from '../command-context.ts';
import { give, type ControlOptions } from '../control/answer.ts';
import { readDeployment, type Deployment } from '../control/deployment.ts';
import { checkJobName } from '../control/known-job.ts';
import { runNamed } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';
import { forecastLines, modelLines } from './describe-model.ts';

interface Options extends ControlOptions {
  readonly run?: string;
}

/** Prints a version, or what a plan was made with. @throws InvalidInputError when there is none of that name */
export async function showModel(
  job: string,
  version: string | undefined,
  options: Options,
  context: CommandContext,
): Promise<number> {
  checkJobName(job);
  if (version !== undefined && options.run !== undefined) {
    throw new InvalidInputError('Found a version and --run, allowed: one of them.');
  }
  const deployment = readDeployment(options.deployment, context);
  if (options.run !== undefined) {
    give(context, options, await ofPlan(deployment, job, options.run));
    return EXIT.ok;
  }
  const known = await versionOf(deployment, job, version, context.now());
  const { model, evidence } = await contentsOf(deployment, known);
  give(context, options, {
    lines: modelLines(model, known, evidence),
    json: { ...known, model, evidence },
  });
  return EXIT.ok;
}

async function versionOf(
  { ledger }: Deployment,
  job: string,
  named: string | undefined,
  now: Date,
): Promise<ModelVersion> {
  const version = named ?? (await modelPin(ledger, job, now))?.version;
  const known =
    version === undefined ? await championModel(ledger, job) : await modelVersion(ledger, job, version);
  if (known !== undefined) return known;
  throw new InvalidInputError(
    version === undefined
      ? `Found no runtime model of ${job} in ${ledger.table}: none of its runs has been learnt from.`
      : `Found no version ${version} of ${job}; flarepath models list ${job} shows them.`,
  );
}

async function contentsOf({ documents }: Deployment, { ref, evidence }: ModelVersion) {
  return {
    model: await getDocument(documents, ref, RuntimeModel),
    evidence: evidence === undefined ? null : await getDocument(documents, evidence, ModelEvidence),
  };
}

async function ofPlan(deployment: Deployment, job: string, instant: string) {
  const { ledger, documents } = deployment;
  const { scheduledAt } = runNamed(`${job}@${instant}`);
  const planRef = (await recordsOfRun(ledger, job, scheduledAt)).at(-1)?.plan ?? null;
  if (planRef === null) {
    throw new InvalidInputError(
      `--run: found no plan of ${job}@${scheduledAt} on record, allowed: the scheduled time of a run that flew; flarepath status shows them.`,
    );
  }
  const { models } = await getDocument(documents, planRef, FleetPlan);
  const version = await modelVersion(ledger, job, models.runtime);
  const ref: DocumentRef | undefined = models.documents?.runtime ?? version?.ref;
  const loadRef = models.documents?.load ?? null;
  const model = ref === undefined ? null : await getDocument(documents, ref, RuntimeModel);
  const basis = loadRef === null ? null : await getDocument(documents, loadRef, ForecastBasis);
  const evidence =
    version?.evidence === undefined ? null : await getDocument(documents, version.evidence, ModelEvidence);
  return {
    lines: [
      `Load: ${models.load}`,
      ...(basis === null ? ['  What it rests on was not kept.'] : forecastLines(basis)),
      '',
      ...(model === null
        ? [`Runtime: ${models.runtime}, which was not kept.`]
        : modelLines(model, version ?? null, evidence)),
    ],
    json: { run: `${job}@${scheduledAt}`, models, basis, version: version ?? null, model, evidence },
  };
}
