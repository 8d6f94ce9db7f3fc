import * as z from 'zod';
import { InputManifest } from '../core/contracts/input-manifest.ts';
import { LoadForecast } from '../core/contracts/load-forecast.ts';
import { Run } from '../core/contracts/run.ts';
import { forecastBasis, forecastVersion } from '../core/forecast/forecast-basis.ts';
import { forecastLoad } from '../core/forecast/forecast-load.ts';
import { declaredInputBytes } from '../core/job/declared-load.ts';
import { timeZoneOf } from '../core/job/schedule.ts';
import { deployedJobs } from './aws/deployed-jobs.ts';
import { putDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { pastLoads } from './aws/ledger-loads.ts';
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
/** eight weeks of hours, four years of days */
const OWN_LOADS = 1500;
const SIMILAR_JOBS_MAX = 5;
const SIMILAR_LOADS = 60;

export const handler = stateHandler(
  { environment: Environment, input: ForecastRequest, output: LoadForecast },
  async ({ run, manifest }, { clients, environment }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const job = await jobOfRun(clients, environment, run);
    const alike = (await deployedJobs(clients, environment))
      .filter((other) => other.task === job.task && other.name !== job.name)
      .slice(0, SIMILAR_JOBS_MAX);
    const similar = [];
    for (const other of alike) {
      similar.push({ job: other.name, points: await pastLoads(ledger, other.name, SIMILAR_LOADS) });
    }
    const history = await pastLoads(ledger, job.name, OWN_LOADS);
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
