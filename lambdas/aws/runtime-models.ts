import type { DeployedJob } from '../../core/contracts/job.ts';
import {
  ModelEvidence,
  type ModelPin,
  type ModelVersion,
  type PlanModels,
} from '../../core/contracts/model-version.ts';
import type { DocumentRef } from '../../core/contracts/quantities.ts';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { baselinePointOf } from '../../core/runtime-model/baseline-point.ts';
import type { Champion } from '../../core/runtime-model/governance/judge-challenger.ts';
import {
  fitRuntimeModel,
  RuntimeModel,
  tunedTo,
  type NamedPrior,
} from '../../core/runtime-model/runtime-model.ts';
import { getDocument, type Documents } from './documents.ts';
import { championModel, modelPin, modelVersion } from './ledger-models.ts';
import type { Ledger } from './ledger-table.ts';

/** The model that plans are made with now. */
interface ModelInCharge {
  readonly model: RuntimeModel;
  /** null: it was fitted on no run, and is not kept yet */
  readonly ref: DocumentRef | null;
  /** people put it in charge; undefined: it earned that */
  readonly pin: ModelPin | undefined;
}

/**
 * The job's runtime model, for the parameters its file gives now: the one people pinned, else the one promoted last, else
 * what similar jobs, or its kind, and its baseline say.
 *
 * @param kin  asked only before the job's first run; left out: its kind says
 */
export async function runtimeModelOf(
  ledger: Ledger,
  documents: Documents,
  job: DeployedJob,
  now: Date,
  kin: () => Promise<NamedPrior | null> = () => Promise.resolve(null),
): Promise<ModelInCharge> {
  const pin = await modelPin(ledger, job.name, now);
  const pinned = pin === undefined ? undefined : await modelVersion(ledger, job.name, pin.version);
  const version = pinned ?? (await championModel(ledger, job.name));
  if (version === undefined) return { model: unlearntModelOf(job, await kin()), ref: null, pin: undefined };
  const kept = await getDocument(documents, version.ref, RuntimeModel);
  const model = tunedTo(kept, job.workload?.parameters ?? {});
  return { model, ref: version.ref, pin: pinned === undefined ? undefined : pin };
}

/**
 * The runtime model that a plan was made with; null for a plan from before models were kept by hash, if its model had
 * learnt from runs.
 */
export async function runtimeModelOfPlan(
  documents: Documents,
  job: DeployedJob,
  { runtime: version, documents: kept }: PlanModels,
): Promise<RuntimeModel | null> {
  if (kept !== undefined) {
    return tunedTo(await getDocument(documents, kept.runtime, RuntimeModel), job.workload?.parameters ?? {});
  }
  const unlearnt = unlearntModelOf(job, null);
  return unlearnt.version === version ? unlearnt : null;
}

/** The version in charge with what it rests on, pins left aside; null before the job's first run. */
export async function championOf(
  ledger: Ledger,
  documents: Documents,
  job: string,
): Promise<Champion | null> {
  const champion = await championModel(ledger, job);
  if (champion === undefined) return null;
  const { best } = champion.verdict ?? {};
  const earlier =
    best === undefined || best === champion.version ? undefined : await modelVersion(ledger, job, best);
  return {
    ...(await ratedVersion(documents, champion)),
    best: earlier === undefined ? null : await ratedVersion(documents, earlier),
  };
}

async function ratedVersion(
  documents: Documents,
  { version, ref, evidence }: ModelVersion,
): Promise<Omit<Champion, 'best'>> {
  const model = await getDocument(documents, ref, RuntimeModel);
  if (evidence === undefined) return { version, model, losses: null, learntFrom: [] };
  const { losses, trainingSet } = await getDocument(documents, evidence, ModelEvidence);
  return { version, model, losses, learntFrom: trainingSet.map(({ runKey }) => runKey) };
}

function unlearntModelOf(job: DeployedJob, kin: NamedPrior | null): RuntimeModel {
  const baseline = baselinePointOf(job, instanceTypeByName);
  return fitRuntimeModel({ task: job.task, runs: [], baseline, kin });
}
