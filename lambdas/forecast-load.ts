import * as z from 'zod';
import { InputManifest } from '../core/contracts/input-manifest.ts';
import { LoadForecast } from '../core/contracts/load-forecast.ts';
import { Run } from '../core/contracts/run.ts';
import { forecastBasis, forecastVersion } from '../core/forecast/forecast-basis.ts';
import { forecastLoad } from '../core/forecast/forecast-load.ts';
import { declaredInputBytes } from '../core/job/declared-load.ts';
import { timeZoneOf } from '../core/job/schedule.ts';
import { loadPoints } from '../core/ledger/training-runs.ts';
import { deployedJobs } from './aws/deployed-jobs.ts';
import { putDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { newestRecords } from './aws/ledger-records.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  jobsEnvironment,
  ledgerEnvironment,
} from './runtime/environment.ts';
import { mstlForecast } from './runtime/mstl.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Forecasts what the run has to process.
 *
 * Needs:
 * - dynamodb:Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...jobsEnvironment,
});

const ForecastRequest = z.object({ run: Run, manifest: InputManifest.nullable() });
const OWN_RECORDS = 150;
const SIMILAR_JOBS_MAX = 5;
const SIMILAR_RECORDS = 60;

export const handler = stateHandler(
  { environment: Environment, input: ForecastRequest, output: LoadForecast },
  async ({ run, manifest }, { clients, environment }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const job = await jobOfRun(clients, environment, run);
    const pastOf = async (name: string, last: number) =>
      loadPoints((await newestRecords(ledger, name, last)).map(({ record }) => record));
    const alike = (await deployedJobs(clients, environment))
      .filter((other) => other.task === job.task && other.name !== job.name)
      .slice(0, SIMILAR_JOBS_MAX);
    const similar = [];
    for (const other of alike) {
      similar.push({ job: other.name, points: await pastOf(other.name, SIMILAR_RECORDS) });
    }
    const history = await pastOf(job.name, OWN_RECORDS);
    const request = {
      job: job.name,
      scheduledAt: run.scheduledAt,
      manifest,
      history,
      similar: similar.filter(({ points }) => points.length > 0),
      declaredBytes: declaredInputBytes(job),
      timeZone: timeZoneOf(job),
      holidays: job.holidays ?? [],
      mstl: mstlForecast,
    };
    const forecast = forecastLoad(request);
    const basis = forecastBasis(request, forecast);
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    return { ...forecast, version: forecastVersion(basis), basis: await putDocument(documents, basis) };
  },
);
