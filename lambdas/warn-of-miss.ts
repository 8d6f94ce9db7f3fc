import * as z from 'zod';
import { FleetPlan } from '../core/contracts/fleet-plan.ts';
import { Hindrance, MissCheck } from '../core/contracts/miss-warning.ts';
import { DocumentRef } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { checkMiss } from '../core/pilot/check-miss.ts';
import { needOfPlan } from '../core/pilot/expected-need.ts';
import { composeMissWarning } from '../core/report/miss-warning.ts';
import { getDocument } from './aws/documents.ts';
import { expectedNeedOf } from './aws/expected-need.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { newestDecision } from './aws/ledger-decisions.ts';
import { activeRun, onceForRun } from './aws/ledger-runs.ts';
import { sendMessage } from './aws/messages.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Tells people, once, that a run which does not fly yet will miss its deadline, as soon as that is likely enough.
 * The pilot's looks say the same of runs that fly, by the same rule.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, Query on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...messagesEnvironment,
});

const WarnRequest = z.object({ run: Run, plan: DocumentRef.nullable().default(null), hindrance: Hindrance });

export const handler = stateHandler(
  { environment: Environment, input: WarnRequest, output: MissCheck },
  async ({ run, plan: planRef, hindrance }, { clients, environment, now, log }): Promise<MissCheck> => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const job = await jobOfRun(clients, environment, run);
    const need =
      planRef === null
        ? await expectedNeedOf(ledger, documents, job, run, now())
        : needOfPlan(await getDocument(documents, planRef, FleetPlan));
    const holder = hindrance.kind === 'turn' ? await activeRun(ledger, run.job) : undefined;
    const ahead = holder === undefined ? null : await newestDecision(ledger, holder.runKey);
    const at = now();
    const { tell, ...prospect } = checkMiss({
      run,
      job,
      hindrance,
      need,
      placeFreeAt: ahead?.predictedFinishAt ?? null,
      now: at.toISOString(),
    });
    if (tell) {
      const message = composeMissWarning({ run, hindrance, prospect, now: at.toISOString() });
      const announce = () => sendMessage(clients, environment.MESSAGES_TOPIC_ARN, message);
      await onceForRun(ledger, run.runKey, 'miss', at, announce);
    }
    log.info('miss check', { hindrance, tell, prospect });
    return { told: tell, ...prospect };
  },
);
