import * as z from 'zod';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { RunRecord, RunScores } from '../core/contracts/run-record.ts';
import { Run } from '../core/contracts/run.ts';
import { scoreRun } from '../core/ledger/score-run.ts';
import { trainingRuns } from '../core/ledger/training-runs.ts';
import { instanceTypeByName } from '../core/market/catalogue.ts';
import { baselinePointOf } from '../core/runtime-model/baseline-point.ts';
import { fitRuntimeModel } from '../core/runtime-model/runtime-model.ts';
import { getDocument, putDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { newestRecords, putModel } from './aws/ledger-records.ts';
import { newestLoggedRun } from './aws/logged-run.ts';
import { commonEnvironment, documentsEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Scores forecast and plan against what happened, and refits the job's runtime model on all it has run,
 * with its newest event log's replay for what runs do not say.
 *
 * Needs:
 * - dynamodb:PutItem, Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...documentsEnvironment });

const LearnRequest = z.object({ run: Run, record: DocumentRef });
const RECORDS = 150;

export const handler = stateHandler(
  { environment: Environment, input: LearnRequest, output: RunScores },
  async ({ run, record: ref }, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const job = await jobOfRun(clients, environment, run);
    const record = await getDocument(documents, ref, RunRecord);
    const past = await newestRecords(ledger, job.name, RECORDS);
    const { runs, remarks } = trainingRuns(past.map((item) => item.record));
    const baseline = baselinePointOf(job, instanceTypeByName);
    const logged = await newestLoggedRun(documents, record, past);
    const model = fitRuntimeModel({ task: job.task, runs, baseline, logged });
    await putModel(ledger, job.name, {
      version: model.version,
      ref: await putDocument(documents, model),
      fittedAt: now().toISOString(),
      runs: runs.length,
    });
    const scores = scoreRun(record, runs.length);
    log.info('learnt', { model: model.version, scores, remarks: remarks.length });
    return scores;
  },
);
