import type { PilotDecision } from '../contracts/flight.ts';
import type { Run } from '../contracts/run.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { secondsBetween } from '../units.ts';
import { durationText, percentText } from '../units-text.ts';
import { bullet, labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';

/** The message that a run will miss its deadline, sent while there is still time to act on it. */
export function composeMissAnnouncement({ run, decision }: { run: Run; decision: PilotDecision }): Message {
  const { predictedFinishAt, progress } = decision;
  const lateSeconds = predictedFinishAt === null ? null : secondsBetween(run.deadlineAt, predictedFinishAt);
  const by = lateSeconds !== null && lateSeconds > 0 ? ` by about ${durationText(lateSeconds)}` : '';
  const lines = [
    paragraph(
      `${run.job}, run of ${timeText(run.scheduledAt)}, will probably miss its deadline${by}. Whoever waits ` +
        'for its output should know now.',
    ),
    '',
    labelled(
      'Deadline',
      `${timeText(run.deadlineAt)}, ${durationText(secondsBetween(decision.decidedAt, run.deadlineAt))} from now`,
    ),
    labelled('Expected', predictedFinishAt === null ? 'not known' : timeText(predictedFinishAt)),
    labelled('Late with', `probability ${percentText(decision.lateProbability)}`),
    ...(decision.remainingSeconds === null
      ? []
      : [labelled('Remaining', durationText(medianOf(decision.remainingSeconds)))]),
    labelled(
      'Progress',
      `${progress.stepsDone} of ${progress.stepsTotal} steps` +
        (progress.workDone === null ? '' : `, ${percentText(progress.workDone)} of the work`),
    ),
    labelled('Pilot', decision.reason),
    '',
    'What to do:',
    bullet('Tell whoever waits for the output, or move the deadline.'),
    bullet('The pilot goes on doing what the budget allows; a report follows when it lands.'),
    '',
    paragraph(`Run key ${run.runKey}, attempt ${run.attempt}.`),
  ];
  return { subject: subjectLine(`${run.job} will miss its deadline${by}`), text: `${lines.join('\n')}\n` };
}
