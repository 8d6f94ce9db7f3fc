import type { SuperAlarm } from '../contracts/super-alarm.ts';
import { escapedWithin, withoutMarkup } from './chat-text.ts';
import { oneLine } from './plain-text.ts';
import { gravity, parts, standing } from './super-alarm-parts.ts';

/** A custom notification of Amazon Q Developer in chat applications (formerly AWS Chatbot). */
export interface CustomNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    /** one thread for one incident, or one question */
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: 'SuperAlarm' | 'PlanQuestion';
  };
}

/** Its documentation names no limits; these are what a chat shows without folding it away. */
const TITLE = 150;
const DESCRIPTION = 3000;

/**
 * The incident for a chat without a secret: the topic's subscription of Amazon Q Developer shows it in the incident's
 * thread. Nothing of the incident is rendered as markup: the description is one block of code, and the title carries
 * no character that means something.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function notificationOf(told: SuperAlarm): CustomNotification {
  const body = parts(told).flatMap(({ heading, lines }) => [
    '',
    `${heading}:`,
    ...lines.map((line) => `- ${line}`),
  ]);
  const headline = withoutMarkup(told.headline, TITLE);
  return {
    version: '1.0',
    source: 'custom',
    id: `${told.incidentId}-${told.version}`,
    content: {
      textType: 'client-markdown',
      title: oneLine(`${gravity(told).toUpperCase()}: ${headline}`, TITLE),
      description: codeBlock([standing(told), ...body].join('\n')),
      keywords: [gravity(told), told.state],
    },
    metadata: { threadId: told.incidentId, summary: oneLine(headline, TITLE), eventType: 'SuperAlarm' },
  };
}

/** Backticks would end the block; Slack reads `<`, `>` and `&` even inside. */
/** A block of code, in which a chat renders nothing. */
export function codeBlock(text: string): string {
  return `\`\`\`\n${escapedWithin(text.replaceAll('`', "'"), DESCRIPTION)}\n\`\`\``;
}
