import * as z from 'zod';
import { PlanSummary, type FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import type { DeployedJob } from '../../../core/contracts/job.ts';
import { LoadForecast } from '../../../core/contracts/load-forecast.ts';
import { Market } from '../../../core/contracts/market.ts';
import { DocumentRef } from '../../../core/contracts/quantities.ts';
import { Run } from '../../../core/contracts/run.ts';
import type { SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { getDocument, putDocument, type Documents } from '../../../lambdas/aws/documents.ts';
import { jobOfRun } from '../../../lambdas/aws/job-of-run.ts';
import type { Ledger } from '../../../lambdas/aws/ledger-table.ts';
import { runtimeModelOf } from '../../../lambdas/aws/runtime-models.ts';
import { Environment } from '../../../lambdas/plan-fleet.ts';
import { stateHandler } from '../../../lambdas/runtime/state-handler.ts';

/** What a policy plans from: what the product would, and the memory it may read. */
interface Planning {
  readonly request: SizingRequest;
  readonly job: DeployedJob;
  readonly run: Run;
  readonly ledger: Ledger;
  readonly documents: Documents;
}

const PlanRequest = z.object({ run: Run, forecast: LoadForecast, market: DocumentRef });

/** PlanFleet with another way to choose the plan. Every plan flies but those that a job wants to be asked about. */
export function planHandler(choose: (planning: Planning) => FleetPlan | Promise<FleetPlan>) {
  return stateHandler(
    { environment: Environment, input: PlanRequest, output: PlanSummary },
    async ({ run, forecast, market }, { clients, environment, now }): Promise<PlanSummary> => {
      const ledger = { clients, table: environment.LEDGER_TABLE };
      const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
      const job = await jobOfRun(clients, environment, run);
      const request: SizingRequest = {
        job,
        runKey: run.runKey,
        deadlineAt: run.deadlineAt,
        now: now().toISOString(),
        forecast,
        model: (await runtimeModelOf(ledger, documents, job, now())).model,
        market: await getDocument(documents, market, Market),
        seed: `${run.runKey} ${run.attempt}`,
        effort: environment.PLAN_EFFORT,
        attempt: run.attempt,
        whenLate: 'least-late',
      };
      const plan = await choose({ request, job, run, ledger, documents });
      return {
        plan: await putDocument(documents, plan),
        expectedCostUsd: plan.forecast.costUsd,
        lateProbability: plan.forecast.lateProbability,
        launch: job.autonomy === 'auto' ? 'fly' : job.autonomy === 'approve' ? 'ask' : 'advise',
        launchReason: 'As the job says.',
        description: plan.reasons.join(' '),
      };
    },
  );
}
