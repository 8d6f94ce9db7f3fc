import { durationText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { bullet, labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';

interface KnownRun {
  readonly runKey: string;
  readonly job: string;
  readonly scheduledAt: string;
  readonly deadlineAt: string;
}

function message(subject: string, lines: readonly string[]): Message {
  return { subject: subjectLine(subject), text: `${lines.join('\n')}\n` };
}

/**
 * The message about a start that never came, and was made up for.
 *
 * @param skipped  its local time did not exist that day
 */
export function composeLateStart(
  start: { job: string; scheduledAt: string; dueAt: string; skipped: boolean; runKey: string },
  now: string,
): Message {
  const late = durationText(secondsBetween(start.dueAt, now));
  const why = start.skipped
    ? 'Clocks went forward over its time of day, and the scheduler passes over times that do not exist.'
    : 'Its schedule should have started it and did not: the event is lost, late, or with the dead letters.';
  return message(`${start.job} was started by the watch, ${late} late`, [
    paragraph(
      `${start.job}, run of ${timeText(start.scheduledAt)}, had not started ${late} after it was due. ${why} ` +
        'It has been started now.',
    ),
    '',
    paragraph('Should the schedule come after all, it changes nothing: a run starts once.'),
    '',
    paragraph(`Run key ${start.runKey}.`),
  ]);
}

/** The message about a deadline that passed while the run was still open and nobody had been told. */
export function composeSilentMiss(run: KnownRun, now: string): Message {
  return message(`${run.job} missed its deadline`, [
    paragraph(
      `${run.job}, run of ${timeText(run.scheduledAt)}, is not done, and its deadline has passed. Nothing announced ` +
        'it: the run may not have been in flight, or its pilot did not see it coming.',
    ),
    '',
    labelled(
      'Deadline',
      `${timeText(run.deadlineAt)}, ${durationText(secondsBetween(run.deadlineAt, now))} ago`,
    ),
    '',
    'What to do:',
    bullet('Tell whoever waits for the output. A report follows when the run ends.'),
    '',
    paragraph(`Run key ${run.runKey}.`),
  ]);
}

/** The message about a run in flight at which nobody looks. @param lookedAt  the last look, or the launch */
export function composeUnwatched(run: KnownRun, clusterId: string, lookedAt: string, now: string): Message {
  const since = durationText(secondsBetween(lookedAt, now));
  return message(`${run.job} flies without its pilot`, [
    paragraph(
      `${run.job}, run of ${timeText(run.scheduledAt)}: the pilot has not looked at cluster ${clusterId} for ${since}. ` +
        'Its lease runs out half an hour after the last look; then the reaper terminates the cluster.',
    ),
    '',
    'What to do:',
    bullet('See what the execution of the state machine "fly" does, and what its functions log.'),
    '',
    paragraph(`Run key ${run.runKey}.`),
  ]);
}

/** The message that reminds people of a plan that waits for their answer. */
export function composeApprovalReminder(run: KnownRun, answerBy: string): Message {
  return message(`Still waiting: approve ${run.job}?`, [
    paragraph(
      `${run.job}, run of ${timeText(run.scheduledAt)}, waits for an answer, and soon none will help: its deadline, ` +
        'or the time to answer, comes near.',
    ),
    '',
    labelled('Deadline', timeText(run.deadlineAt)),
    labelled('Answer by', `${timeText(answerBy)}; without one, nothing is launched`),
    '',
    paragraph('The first message has the plan and the commands that answer it.'),
    '',
    paragraph(`Run key ${run.runKey}.`),
  ]);
}
