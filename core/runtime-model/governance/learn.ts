import type { Job } from '../../contracts/job.ts';
import type { ModelEvidence, ModelVerdict } from '../../contracts/model-version.ts';
import type { RunRecord } from '../../contracts/run-record.ts';
import { trainingRuns } from '../../ledger/training-runs.ts';
import { contentHash } from '../../numerics/content-hash.ts';
import { fitRuntimeModel } from '../fit-runtime-model.ts';
import type { RuntimeModel } from '../model.ts';
import type { LoggedRun } from '../replay/logged-run.ts';
import type { BaselinePoint } from '../training-run.ts';
import { frozenLosses, type NamedRun } from './frozen-losses.ts';
import { judgeChallenger, type Champion } from './judge-challenger.ts';

interface Request {
  readonly job: Pick<Job, 'name' | 'task'>;
  readonly records: readonly RunRecord[];
  readonly baseline: BaselinePoint | null;
  readonly champion: Champion | null;
  /** a run whose event log may shape the model; see weighedPrior */
  readonly logged?: LoggedRun | null;
}

interface Learnt {
  readonly model: RuntimeModel;
  readonly evidence: ModelEvidence;
  /** null: the same runs gave the version that is in charge, there is nothing to judge */
  readonly verdict: ModelVerdict | null;
}

/**
 * A new version of a job's runtime model: fitted on what the records teach, with its training set under a hash, how
 * it does on runs left out of it, and whether it takes charge.
 */
export function learnRuntimeModel({ job, records, baseline, champion, logged = null }: Request): Learnt {
  const { runs, remarks } = trainingRuns(records);
  const model = fitRuntimeModel({ task: job.task, runs, baseline, logged });
  const request = { task: job.task, runs, baseline, logged };
  const losses = frozenLosses(request);
  const verdict =
    champion?.version === model.version
      ? null
      : judgeChallenger({ version: model.version, losses, request, champion });
  const trainingSet = runs.map(trainingSetRow);
  const evidence = {
    job: job.name,
    version: model.version,
    trainingSet,
    trainingSetSha256: contentHash(trainingSet),
    remarks,
    losses,
  };
  return { model, evidence, verdict };
}

function trainingSetRow(run: NamedRun): ModelEvidence['trainingSet'][number] {
  const { runKey, at, inputBytes, cores, nodes, memoryMib, coreSpeed, runtimeSeconds, weight } = run;
  const utilisation = run.utilisation ?? null;
  const row = {
    runKey,
    at,
    inputBytes,
    cores,
    nodes,
    memoryMib,
    coreSpeed,
    runtimeSeconds,
    weight,
    utilisation,
  };
  const { peakMemoryMibPerCore: peak } = run;
  return {
    ...row,
    ...(peak === undefined ? {} : { peakMemoryMibPerCore: peak }),
    ...(run.stopped === true ? { stopped: true } : {}),
    ...(run.parameters === undefined ? {} : { parameters: { ...run.parameters } }),
  };
}
