import { labelled, paragraph, subjectLine, type Message } from './message.ts';
import { oneLine } from './plain-text.ts';

const REASON = 500;
const DESCRIPTION = 1024;

/** An alarm of CloudWatch about Flarepath itself. */
interface ControlAlarm {
  readonly alarmName: string;
  /** its description: what is wrong, and what to do */
  readonly says: string | null;
  /** CloudWatch's words for why it went off */
  readonly reason: string | null;
  /** as CloudWatch tells it */
  readonly time: string;
}

/** The message about an alarm on the control plane. */
export function composeControlAlarm({ alarmName, says, reason, time }: ControlAlarm): Message {
  const lines = [
    paragraph(oneLine(says ?? 'Something is wrong with Flarepath itself.', DESCRIPTION)),
    '',
    labelled('Alarm', oneLine(alarmName, DESCRIPTION)),
    labelled('Since', oneLine(time, REASON)),
    ...(reason === null ? [] : [labelled('Measured', oneLine(reason, REASON))]),
  ];
  return { subject: subjectLine(`Flarepath itself: ${alarmName}`), text: `${lines.join('\n')}\n` };
}
