import * as z from 'zod';
import { LaunchPermit } from '../core/contracts/control.ts';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { Market } from '../core/contracts/market.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { permitAfter, requestLaunch } from '../core/control/launch-permit.ts';
import { limitsFor } from '../core/control/limits.ts';
import { clusterNameOf } from '../core/ledger/run-key.ts';
import { getDocument } from './aws/documents.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { readControl } from './aws/ledger-control.ts';
import { countersOf, runSpend } from './aws/ledger-spend-sums.ts';
import { claimSpend, reservationOf } from './aws/ledger-spend.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  limitsEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Reserves what an attempt may spend, its vCPUs and its launch, all of it or nothing; or says why it may not be
 * launched now, or at all. Asked again, it finds the reservation that it made.
 *
 * Needs:
 * - dynamodb:GetItem, Query, PutItem, UpdateItem, ConditionCheckItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...limitsEnvironment,
});

const ReserveRequest = z.object({
  run: Run,
  plan: DocumentRef,
  market: DocumentRef,
  /** people said yes to this plan */
  approved: z.boolean(),
});

export const handler = stateHandler(
  { environment: Environment, input: ReserveRequest, output: LaunchPermit },
  async ({ run, approved, ...refs }, { clients, environment, now, rng, log }): Promise<LaunchPermit> => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const at = now();
    const control = await readControl(ledger);
    const question = {
      run,
      approved,
      control,
      plan: await getDocument(documents, refs.plan, FleetPlan),
      market: await getDocument(documents, refs.market, Market),
      limits: limitsFor(
        await jobOfRun(clients, environment, run),
        environment.LIMITS,
        control,
        at.toISOString(),
      ),
      reservation: await reservationOf(ledger, clusterNameOf(run)),
      runSpend: await runSpend(ledger, run.runKey),
      now: at.toISOString(),
      rng: rng(`${run.runKey} ${run.attempt} ${at.toISOString()}`),
    };
    const request = requestLaunch(question);
    if (request.decision !== 'claim') return request;
    const { claim } = request;
    const failed = await claimSpend(ledger, claim, at);
    const permit = permitAfter(question, claim, failed, await countersOf(ledger, claim));
    log.info('launch', { permit, claim });
    return permit;
  },
);
