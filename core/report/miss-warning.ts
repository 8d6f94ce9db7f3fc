import type { Hindrance } from '../contracts/miss-warning.ts';
import type { Run } from '../contracts/run.ts';
import { secondsBetween } from '../units.ts';
import { durationText, percentText } from '../units-text.ts';
import { bullet, labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';

interface MissWarning {
  readonly run: Run;
  readonly hindrance: Hindrance;
  readonly prospect: { readonly lateProbability: number; readonly predictedFinishAt: string };
  /** ISO 8601 */
  readonly now: string;
}

/** What keeps a run from flying, what is being done about it already, and what a reader can do. */
const WORDS: Readonly<Record<Hindrance['kind'], { cause: string; doing: string; todo: string }>> = {
  turn: {
    cause: 'another run of the job is still busy',
    doing: 'The run waits for its turn and starts by itself.',
    todo: 'Cancel whichever of the two runs is needed less.',
  },
  input: {
    cause: 'its input has not come',
    doing: 'The input is looked for every minute; the run starts by itself once it is complete.',
    todo: 'Ask whoever delivers the input, or write the missing markers if it is complete.',
  },
  plan: {
    cause: 'no fleet within its limit is fast enough',
    doing: 'The fleet that is least late has been planned; the pilot does what the limit allows.',
    todo: 'Allow the job more nodes or a higher limit if this is not to happen again.',
  },
  approval: {
    cause: 'its plan has not been approved',
    doing: 'The run waits for an answer, and launches at once when it comes.',
    todo: 'Answer the request for approval.',
  },
  launch: {
    cause: 'its launch is held back',
    doing: 'The launch is tried again until there is room for it.',
    todo: 'Make room: a cap, a quota or the launch rate holds it back.',
  },
};

/** The message that a run which does not fly yet will miss its deadline. */
export function composeMissWarning({ run, hindrance, prospect, now }: MissWarning): Message {
  const { cause, doing, todo } = WORDS[hindrance.kind];
  const lateSeconds = secondsBetween(run.deadlineAt, prospect.predictedFinishAt);
  const by = lateSeconds > 0 ? ` by about ${durationText(lateSeconds)}` : '';
  const leftSeconds = secondsBetween(now, run.deadlineAt);
  const left =
    leftSeconds >= 0 ? `${durationText(leftSeconds)} from now` : `${durationText(-leftSeconds)} ago`;
  const will = leftSeconds >= 0 ? 'will probably miss' : 'has missed';
  const lines = [
    paragraph(
      `${run.job}, run of ${timeText(run.scheduledAt)}, ${will} its deadline${by}: ${cause}. Whoever waits for its ` +
        'output should know now.',
    ),
    '',
    labelled('Deadline', `${timeText(run.deadlineAt)}, ${left}`),
    labelled('Expected', timeText(prospect.predictedFinishAt)),
    labelled('Late with', `probability ${percentText(prospect.lateProbability)}`),
    labelled('Why', hindrance.reason),
    labelled('Since', timeText(hindrance.since)),
    labelled('Now', doing),
    '',
    'What to do:',
    bullet(todo),
    bullet('Tell whoever waits for the output, or move the deadline. A report follows when the run ends.'),
    '',
    paragraph(`Run key ${run.runKey}, attempt ${run.attempt}.`),
  ];
  return {
    subject: subjectLine(`${run.job} will miss its deadline${by}: ${cause}`),
    text: `${lines.join('\n')}\n`,
  };
}
