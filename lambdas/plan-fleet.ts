import * as z from 'zod';
import { PlanSummary } from '../core/contracts/fleet-plan.ts';
import { LoadForecast } from '../core/contracts/load-forecast.ts';
import { Market } from '../core/contracts/market.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { withOverrides } from '../core/control/limits.ts';
import { usdOf } from '../core/control/micro-usd.ts';
import { constraintsOf } from '../core/failure-policy/constraints-of.ts';
import { errorBudget } from '../core/ledger/error-budget.ts';
import { monthCostUsd, monthOf, monthsBetween } from '../core/ledger/month-cost.ts';
import { riskStance } from '../core/ledger/risk-stance.ts';
import { isMissLikely } from '../core/pilot/miss.ts';
import { asFlightShowed } from '../core/pilot/resizing/begin-anew.ts';
import { medianOf, valueAt } from '../core/numerics/quantiles.ts';
import { pinText } from '../core/runtime-model/governance/pin-text.ts';
import { cautiousWantedMibPerCore } from '../core/sizing/memory-fit.ts';
import { launchPolicy } from '../core/sizing/launch-policy.ts';
import { planFleet } from '../core/sizing/plan-fleet.ts';
import { afterSeconds, SECONDS_PER_DAY } from '../core/units.ts';
import { getDocument, putDocument } from './aws/documents.ts';
import { earlierAttempts } from './aws/earlier-attempts.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { loadShownBy } from './aws/fresh-launch.ts';
import { kinOf } from './aws/kin.ts';
import { readControl } from './aws/ledger-control.ts';
import { withExpectedWork } from './aws/ledger-progress.ts';
import { recordsOfMonth } from './aws/ledger-records.ts';
import { monthSpend, runSpend } from './aws/ledger-spend-sums.ts';
import { runtimeModelOf } from './aws/runtime-models.ts';
import { highsSolver } from './runtime/highs.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  jobsEnvironment,
  ledgerEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Sizes the run's fleet and says whether it may fly by itself.
 *
 * Needs:
 * - dynamodb:GetItem, Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...jobsEnvironment,
  /** `fast` is for simulations of many runs */
  PLAN_EFFORT: z.enum(['fast', 'full']).default('full'),
});

const PlanRequest = z.object({ run: Run, forecast: LoadForecast, market: DocumentRef });

export const handler = stateHandler(
  { environment: Environment, input: PlanRequest, output: PlanSummary },
  async ({ run, forecast: expected, market }, { clients, environment, now, log }): Promise<PlanSummary> => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const at = now().toISOString();
    const control = await readControl(ledger);
    const job = withOverrides(await jobOfRun(clients, environment, run), control, at);
    const month = monthOf(run.scheduledAt);
    const months = monthsBetween(afterSeconds(at, -job.slo.windowDays * SECONDS_PER_DAY), run.scheduledAt);
    const records = (await Promise.all(months.map((each) => recordsOfMonth(ledger, job.name, each)))).flat();
    const budget = errorBudget(records, job.slo, at);
    const earlier = await earlierAttempts(ledger, documents, run);
    const shown = await loadShownBy(ledger, run.runKey, earlier);
    const forecast = shown === null ? expected : asFlightShowed(expected, shown);
    const inCharge = await runtimeModelOf(ledger, documents, job, now(), () =>
      kinOf(clients, environment, { ledger, documents }, job, at),
    );
    const plan = planFleet(
      {
        job,
        runKey: run.runKey,
        deadlineAt: run.deadlineAt,
        now: at,
        forecast,
        model: inCharge.model,
        modelDocuments: {
          load: forecast.basis ?? null,
          runtime: inCharge.ref ?? (await putDocument(documents, inCharge.model)),
        },
        remarks: inCharge.pin === undefined ? [] : [`${pinText(inCharge.pin)}.`],
        market: await getDocument(documents, market, Market),
        seed: `${run.runKey} ${run.attempt}`,
        effort: environment.PLAN_EFFORT,
        attempt: run.attempt,
        // as the reservation of the launch counts it
        spentUsd: run.attempt === 1 ? 0 : usdOf((await runSpend(ledger, run.runKey)).committedMicroUsd),
        risk: riskStance(budget),
        constraints: constraintsOf(earlier, cautiousWantedMibPerCore(inCharge.model, forecast)),
        // In flight, a run that lands late is worth more than one that never starts; the miss is announced.
        whenLate: 'least-late',
      },
      environment.PLAN_EFFORT === 'full' ? await highsSolver() : undefined,
    );
    const { committedMicroUsd } = await monthSpend(ledger, job.name, month);
    const monthUsd = Math.max(monthCostUsd(records, month), usdOf(committedMicroUsd));
    const { costUsd, lateProbability, startupSeconds, runtimeSeconds } = plan.forecast;
    const policy = launchPolicy(job, plan.forecast, monthUsd);
    log.info('plan', { costUsd, lateProbability, zone: plan.zone, reasons: plan.reasons });
    return {
      plan: await putDocument(documents, await withExpectedWork(ledger, plan, forecast)),
      expectedCostUsd: costUsd,
      lateProbability,
      missLikely: isMissLikely(lateProbability),
      neededSeconds: startupSeconds + valueAt(runtimeSeconds, SLOW_FINISH_LEVEL),
      usualSeconds: startupSeconds + medianOf(runtimeSeconds),
      launch: policy.launch,
      launchReason: policy.reason,
      description: plan.reasons.join(' ').slice(0, DESCRIPTION_LENGTH),
    };
  },
);

const DESCRIPTION_LENGTH = 1500;
const SLOW_FINISH_LEVEL = 0.9;
