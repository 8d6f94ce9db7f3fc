import { labelled, paragraph, subjectLine, type Message } from './message.ts';

/** The message about an event that could not be delivered or handled: a run may have been missed. */
export function composeDeadLettersMessage({ queueUrl, time }: { queueUrl: string; time: string }): Message {
  const lines = [
    paragraph(
      'An event could not be delivered or handled and lies with the dead letters. If it is the start of a run, ' +
        'that run did not start.',
    ),
    '',
    labelled('Queue', queueUrl),
    labelled('Since', time),
    '',
    paragraph(
      'Read it (aws sqs receive-message), start what was missed (StartExecution on run-job, with job and scheduledAt), ' +
        'and delete it. You are told again when more come.',
    ),
  ];
  return { subject: subjectLine('Flarepath: an event was not handled'), text: `${lines.join('\n')}\n` };
}
