import type { RunFailure } from '../contracts/failure.ts';
import { failureRule } from '../failure-policy/failure-policy.ts';
import { bullet, labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';

const MAX_CAUSE_LENGTH = 2000;

interface FailedRun {
  readonly run: { job: string; scheduledAt: string; deadlineAt?: string; runKey?: string };
  /** the error's name as the state machine saw it */
  readonly error: string;
  /** what it said; JSON with an errorMessage, as Lambda writes it, or text */
  readonly cause: string;
  /** what the failure policy says of it */
  readonly failure?: RunFailure | null;
}

/** The message about a run that ended before there was anything to record. */
export function composeFailureMessage({ run, error, cause, failure = null }: FailedRun): Message {
  const lines = [
    paragraph(`${run.job}, run of ${timeText(run.scheduledAt)}, failed: ${error}.`),
    '',
    labelled('Cause', causeText(cause)),
    ...(run.deadlineAt === undefined ? [] : [labelled('Deadline', timeText(run.deadlineAt))]),
    labelled('Clusters', 'any this run still had are being released'),
    '',
    'What to do:',
    ...(failure === null || failure.rule === 'unknown' ? [] : [bullet(failureRule(failure.rule).advice)]),
    bullet('Mend the cause, then start the run again with the same job and scheduled time.'),
    ...(run.runKey === undefined ? [] : ['', paragraph(`Run key ${run.runKey}.`)]),
  ];
  return { subject: subjectLine(`${run.job} FAILED: ${error}`), text: `${lines.join('\n')}\n` };
}

/** The message a cause carries, without the stack trace around it. */
function causeText(cause: string): string {
  return (messageIn(cause) ?? cause).slice(0, MAX_CAUSE_LENGTH) || 'none given';
}

function messageIn(cause: string): string | null {
  try {
    const value: unknown = JSON.parse(cause);
    if (typeof value !== 'object' || value === null || !('errorMessage' in value)) return null;
    return typeof value.errorMessage === 'string' ? value.errorMessage : null;
  } catch {
    return null;
  }
}
