import * as z from 'zod';
import { PlanSummary } from '../core/contracts/fleet-plan.ts';
import { Run } from '../core/contracts/run.ts';
import { reminderAt } from '../core/job/judge-open-run.ts';
import { composeApprovalRequest } from '../core/report/approval-request.ts';
import { afterSeconds } from '../core/units.ts';
import { noteApproval } from './aws/ledger-open-runs.ts';
import { sendMessage } from './aws/messages.ts';
import { commonEnvironment, ledgerEnvironment, messagesEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Asks people to approve a plan; their answer completes the state's task token. A second call asks again, with
 * the token that is then the valid one.
 *
 * Needs:
 * - dynamodb:UpdateItem on the ledger
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...messagesEnvironment });

const ApprovalRequest = z.object({
  run: Run,
  summary: PlanSummary,
  taskToken: z.string().min(1),
  /** how long the state waits for an answer */
  timeoutSeconds: z.number().positive(),
});

export const handler = stateHandler(
  { environment: Environment, input: ApprovalRequest, output: z.object({ messageId: z.string() }) },
  async ({ run, summary, taskToken, timeoutSeconds }, { clients, environment, region, now }) => {
    const at = now();
    const askedAt = at.toISOString();
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const answerBy = afterSeconds(askedAt, timeoutSeconds);
    await noteApproval(ledger, run.runKey, {
      askedAt,
      remindAt: reminderAt({ askedAt, answerBy, deadlineAt: run.deadlineAt }, summary.neededSeconds ?? 0),
      answerBy,
      taskToken,
    });
    const message = composeApprovalRequest({ run, summary, taskToken, region, askedAt, answerBy });
    return { messageId: await sendMessage(clients, environment.MESSAGES_TOPIC_ARN, message) };
  },
);
