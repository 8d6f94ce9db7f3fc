import type { Approval, PlanSummary } from '../contracts/fleet-plan.ts';
import type { Run } from '../contracts/run.ts';
import { percentText, usdText } from '../units-text.ts';
import { afterSeconds } from '../units.ts';
import { labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';

interface ApprovalQuestion {
  readonly run: Run;
  readonly summary: PlanSummary;
  /** Step Functions task token that the answer goes to */
  readonly taskToken: string;
  readonly region: string;
  /** ISO 8601 instant after which the safe default holds */
  readonly answerBy: string;
}

/**
 * The message that asks whether a plan may fly. It carries the commands that answer it; without the command line of
 * this project, whoever may call `states:SendTaskSuccess` answers with the task token.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
export function composeApprovalRequest({
  run,
  summary,
  taskToken,
  region,
  answerBy,
}: ApprovalQuestion): Message {
  const lines = [
    paragraph(
      `${run.job}, run of ${timeText(run.scheduledAt)}, waits for an answer. ${summary.launchReason}`,
    ),
    '',
    labelled('Plan', summary.description),
    labelled('Cost', `${usdText(summary.expectedCostUsd)} expected`),
    labelled('Late with', `probability ${percentText(summary.lateProbability)}`),
    labelled('Deadline', timeText(run.deadlineAt)),
    ...inTimeIf(run, summary),
    labelled('Answer by', `${timeText(answerBy)}; without one, nothing is launched`),
    '',
    'To approve:',
    `  npx flarepath approve ${run.runKey} \\`,
    '    --reason TEXT',
    '',
    'To decline:',
    `  npx flarepath approve ${run.runKey} \\`,
    '    --decline --reason TEXT',
    '',
    'Without the repository at hand:',
    answerCommand(region, taskToken, { approved: true, by: 'command line', reason: 'approved' }),
    '',
    paragraph(`Run key ${run.runKey}, attempt ${run.attempt}.`),
  ];
  return {
    subject: subjectLine(`Approve ${run.job}? ${usdText(summary.expectedCostUsd)} expected`),
    text: `${lines.join('\n')}\n`,
  };
}

/** Until when an answer probably helps: who waits for the output knows from the start what silence will cost. */
function inTimeIf({ deadlineAt }: Run, { usualSeconds }: PlanSummary): string[] {
  if (usualSeconds === undefined) return [];
  return [
    labelled(
      'In time if',
      `answered by ${timeText(afterSeconds(deadlineAt, -usualSeconds))}; later, it will probably miss its deadline`,
    ),
  ];
}

/** Lines end in backslashes, so that the command can be pasted into a shell as it stands. */
function answerCommand(region: string, taskToken: string, answer: Approval): string {
  return [
    `  aws stepfunctions send-task-success --region ${region} \\`,
    `    --task-output '${JSON.stringify(answer)}' \\`,
    `    --task-token '${taskToken}'`,
  ].join('\n');
}
