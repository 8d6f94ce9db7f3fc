import * as z from 'zod';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { FlightOptions, SizingAsk } from '../core/contracts/flight-sizing.ts';
import { Market } from '../core/contracts/market.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { asItFlies } from '../core/pilot/resizing/as-it-flies.ts';
import { sizeFlight } from '../core/pilot/resizing/size-flight.ts';
import { getDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { decisionAt } from './aws/ledger-decisions.ts';
import { runtimeModelOfPlan } from './aws/runtime-models.ts';
import { commonEnvironment, documentsEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Sizes the rest of a flight at live prices, for a look that would change its fleet.
 *
 * Needs:
 * - dynamodb:GetItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...documentsEnvironment });

const SizeRequest = z.object({
  run: Run,
  plan: DocumentRef,
  /** surveyed for this look */
  market: DocumentRef,
  look: z.number().int().nonnegative(),
  ask: SizingAsk,
});
const Sized = z.object({ options: FlightOptions.nullable() });

export const handler = stateHandler(
  { environment: Environment, input: SizeRequest, output: Sized },
  async ({ run, plan: planRef, market, look, ask }, { clients, environment, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const job = await jobOfRun(clients, environment, run);
    const planned = await getDocument(documents, planRef, FleetPlan);
    const model = await runtimeModelOfPlan(documents, job, planned.models);
    const previous = await decisionAt(ledger, run.runKey, run.attempt, look - 1);
    const options =
      model === null
        ? null
        : sizeFlight({
            ...{ ask, job, model },
            plan: asItFlies(planned, previous),
            market: await getDocument(documents, market, Market),
            scheduledAt: run.scheduledAt,
            attempt: run.attempt,
          });
    log.info('sized', { look, options });
    return { options };
  },
);
