import type { Approval, PlanSummary } from '../contracts/fleet-plan.ts';
import type { PlanQuestion } from '../contracts/plan-question.ts';
import type { Run } from '../contracts/run.ts';
import { percentText, usdText } from '../units-text.ts';
import { afterSeconds } from '../units.ts';
import { labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';
import { oneLine } from './plain-text.ts';
import { planNotification } from './plan-question.ts';

interface ApprovalQuestion {
  readonly run: Run;
  readonly summary: PlanSummary;
  /** Step Functions task token that the answer goes to */
  readonly taskToken: string;
  readonly region: string;
  /** ISO 8601 instant */
  readonly askedAt: string;
  /** ISO 8601 instant after which the safe default holds */
  readonly answerBy: string;
}

/** Characters. */
const SAYS = 1000;
const FACT = 500;

/**
 * The message that asks whether a plan may fly. It carries the commands that answer it; without the command line of
 * this project, whoever may call `states:SendTaskSuccess` answers with the task token.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
export function composeApprovalRequest(asked: ApprovalQuestion): Message {
  const { run, taskToken, region, answerBy } = asked;
  const question = questionOf(asked);
  const lines = [
    paragraph(question.says),
    '',
    ...question.facts.map(({ label, value }) => labelled(label, value)),
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
    subject: subjectLine(question.title),
    text: `${lines.join('\n')}\n`,
    // the token is in the mail only: in a chat, whoever reads it could answer in anybody's name
    forms: {
      kind: 'plan',
      json: JSON.stringify(question),
      notification: JSON.stringify(planNotification(question)),
    },
  };
}

function questionOf({ run, summary, askedAt, answerBy }: ApprovalQuestion): PlanQuestion {
  const { runKey, attempt, job, scheduledAt } = run;
  const cost = `${usdText(summary.expectedCostUsd)} expected`;
  const fact = (label: string, value: string) => ({ label, value: oneLine(value, FACT) });
  return {
    form: 1,
    asks: 'plan',
    runKey,
    attempt,
    askedAt,
    answerBy,
    title: `Approve ${job}? ${cost}`,
    says: oneLine(
      `${job}, run of ${timeText(scheduledAt)}, waits for an answer. ${summary.launchReason}`,
      SAYS,
    ),
    facts: [
      fact('Plan', summary.description),
      fact('Cost', cost),
      fact('Late with', `probability ${percentText(summary.lateProbability)}`),
      fact('Deadline', timeText(run.deadlineAt)),
      ...inTimeIf(run, summary),
    ],
  };
}

/** Until when an answer probably helps: who waits for the output knows from the start what silence will cost. */
function inTimeIf({ deadlineAt }: Run, { usualSeconds }: PlanSummary): PlanQuestion['facts'] {
  if (usualSeconds === undefined) return [];
  return [
    {
      label: 'In time if',
      value: `answered by ${timeText(afterSeconds(deadlineAt, -usualSeconds))}; later, it will probably miss its deadline`,
    },
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
