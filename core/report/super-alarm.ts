import type { Incident } from '../contracts/incident.ts';
import type { SuperAlarm } from '../contracts/super-alarm.ts';
import { bullet, paragraph, subjectLine, type Message } from './message.ts';
import { notificationOf } from './super-alarm-notification.ts';
import { superAlarmOf, type KnownOfIncident } from './super-alarm-of.ts';
import { gravity, parts, standing } from './super-alarm-parts.ts';

/**
 * The one message about an incident: what is wrong, what it will cost, why, and what was done.
 *
 * @param known  impact, hypotheses, first responses and what is kept quiet, as far as they are worked out
 * @returns subject and text for people; `forms`: the same as JSON (`SuperAlarm`), and as a custom notification of
 *   Amazon Q Developer in chat applications
 */
export function composeSuperAlarm(incident: Incident, known: KnownOfIncident = {}): Message {
  const told = superAlarmOf(incident, known);
  return {
    subject: superAlarmSubject(told),
    text: superAlarmText(told),
    forms: {
      kind: 'incident',
      json: JSON.stringify(told),
      notification: JSON.stringify(notificationOf(told)),
    },
  };
}

/** e.g. `CRITICAL: us-east-1a took back m5.xlarge`; `Over: …` when it is closed. */
function superAlarmSubject(told: SuperAlarm): string {
  const word =
    told.state === 'open' ? gravity(told).toUpperCase() : told.state === 'held' ? 'Easing' : 'Over';
  return subjectLine(`${told.state === 'merged' ? 'Merged' : word}: ${told.headline}`);
}

/** Plain text, readable at 80 columns. */
function superAlarmText(told: SuperAlarm): string {
  const lines = [
    paragraph(`${told.headline}.`.replace(/([.!?…])\.$/, '$1')),
    '',
    paragraph(standing(told)),
    ...parts(told).flatMap(({ heading, lines: body }) => ['', `${heading}:`, ...body.map(bullet)]),
    '',
    paragraph(`Incident ${told.incidentId}, version ${told.version}, ${noticesText(told)}.`),
  ];
  return `${lines.join('\n')}\n`;
}

function noticesText({ notices, alarms, alarmsLeftOut }: SuperAlarm): string {
  const count = alarms.length + alarmsLeftOut;
  return `${notices} ${notices === 1 ? 'notice' : 'notices'} of ${count} ${count === 1 ? 'alarm' : 'alarms'}`;
}
