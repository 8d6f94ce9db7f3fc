import { paragraph, subjectLine, timeText, type Message } from './message.ts';

interface SkippedRun {
  readonly run: { job: string; scheduledAt: string; start?: number };
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
      (run.start ?? 1) > 1
        ? 'This start launched no cluster and published nothing; what earlier starts of the run came to was told then.'
        : 'No cluster was launched and nothing was published. It costs nothing and counts against no SLO.',
    ),
  ];
  return { subject: subjectLine(`${run.job} ${outcome}: ${reason}`), text: `${lines.join('\n')}\n` };
}
