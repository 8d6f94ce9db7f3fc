import { paragraph, subjectLine, timeText, type Message } from './message.ts';

interface SkippedRun {
  readonly run: { job: string; scheduledAt: string };
  readonly reason: string;
  /** skipped by the job's own policy, or declined by a person */
  readonly outcome: 'skipped' | 'declined';
}

/** The message about a run that did not fly, on purpose. */
export function composeSkipMessage({ run, reason, outcome }: SkippedRun): Message {
  const lines = [
    paragraph(`${run.job}, run of ${timeText(run.scheduledAt)}, was ${outcome}. ${reason}`),
    '',
    paragraph(
      'No cluster was launched and nothing was published. It costs nothing and counts against no SLO.',
    ),
  ];
  return { subject: subjectLine(`${run.job} ${outcome}: ${reason}`), text: `${lines.join('\n')}\n` };
}
