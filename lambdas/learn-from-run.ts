import * as z from 'zod';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { RunRecord, RunScores } from '../core/contracts/run-record.ts';
import { Run } from '../core/contracts/run.ts';
import { scoreRun } from '../core/ledger/score-run.ts';
import { instanceTypeByName } from '../core/market/catalogue.ts';
import { baselinePointOf } from '../core/runtime-model/baseline-point.ts';
import { learnRuntimeModel } from '../core/runtime-model/governance/learn.ts';
import { modelNote } from '../core/runtime-model/governance/pin-text.ts';
import { getDocument, putDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { keepModelVersion, modelPin, promoteModel } from './aws/ledger-models.ts';
import { newestRecords } from './aws/ledger-records.ts';
import { newestLoggedRun } from './aws/logged-run.ts';
import { championOf } from './aws/runtime-models.ts';
import { commonEnvironment, documentsEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Scores forecast and plan against what happened, and fits the job's runtime model anew on all it has run: a new
 * version, which takes charge of the plans to come when it does no worse on past runs than the one before.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...documentsEnvironment });

const LearnRequest = z.object({ run: Run, record: DocumentRef });
/** More than a fit takes: which of them teach most is the model's choice (keepUsefulRuns), a month end or another fleet among them. */
const RECORDS = 600;

export const handler = stateHandler(
  { environment: Environment, input: LearnRequest, output: RunScores },
  async ({ run, record: ref }, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const job = await jobOfRun(clients, environment, run);
    const record = await getDocument(documents, ref, RunRecord);
    const past = await newestRecords(ledger, job.name, RECORDS);
    const { model, evidence, verdict } = learnRuntimeModel({
      job,
      records: past.map((item) => item.record),
      baseline: baselinePointOf(job, instanceTypeByName),
      champion: await championOf(ledger, documents, job.name),
      logged: await newestLoggedRun(documents, record, past),
    });
    const at = now();
    if (verdict !== null) {
      const version = {
        version: model.version,
        ref: await putDocument(documents, model),
        fittedAt: at.toISOString(),
        runs: evidence.trainingSet.length,
        evidence: await putDocument(documents, evidence),
        trainingSetSha256: evidence.trainingSetSha256,
        verdict,
      };
      await keepModelVersion(ledger, job.name, version);
      if (verdict.promoted) await promoteModel(ledger, job.name, version);
    }
    const note = modelNote(verdict, await modelPin(ledger, job.name, at));
    const scores = { ...scoreRun(record, evidence.trainingSet.length), modelNote: note };
    log.info('learnt', { model: model.version, verdict, note, scores, remarks: evidence.remarks.length });
    return scores;
  },
);
