import type { PlanQuestion } from '../contracts/plan-question.ts';
import type { SlackSubject } from '../contracts/slack-press.ts';
import { withoutMarkup } from './chat-text.ts';
import { timeText } from './message.ts';
import { answerValue } from './slack-press-of.ts';
import { answers, plain } from './slack-buttons.ts';
import { codeBlock, type CustomNotification } from './super-alarm-notification.ts';
import { HEADER, section, type SlackBlock, type SlackMessage } from './super-alarm-slack.ts';

const TITLE = 150;
const SECTION = 3000;

/** Names the message that asks about an attempt's plan. */
export function planSubject({ runKey, attempt }: Pick<PlanQuestion, 'runKey' | 'attempt'>): SlackSubject {
  return `PLAN#${runKey}#${attempt}`;
}

/** The question for a chat without a secret: whoever reads it answers with the command line. */
export function planNotification(question: PlanQuestion): CustomNotification {
  const { runKey, attempt, askedAt } = question;
  const title = withoutMarkup(question.title, TITLE);
  return {
    version: '1.0',
    source: 'custom',
    id: `${runKey}-${attempt}-${askedAt}`,
    content: {
      textType: 'client-markdown',
      title,
      description: codeBlock([...bodyOf(question), '', ...commandsOf(question)].join('\n')),
      keywords: ['plan'],
    },
    metadata: { threadId: `${runKey}-${attempt}`, summary: title, eventType: 'PlanQuestion' },
  };
}

/**
 * The question as a message of Slack. All of it is plain text.
 *
 * @param buttons  whether a press of one reaches anybody; without, the command line is named
 * @param answered  how it was answered, in one sentence; null: it waits
 */
export function planMessageOf(
  question: PlanQuestion,
  { buttons, answered }: { readonly buttons: boolean; readonly answered: string | null },
): SlackMessage {
  const { title, runKey, attempt, askedAt } = question;
  const waiting: SlackBlock[] = buttons
    ? [{ type: 'actions', elements: answers(answerValue(planSubject(question), askedAt), runKey) }]
    : [section(commandsOf(question).join('\n'), SECTION)];
  return {
    text: withoutMarkup(answered ?? title, TITLE),
    blocks: [
      { type: 'header', text: plain(title, HEADER) },
      section(bodyOf(question).join('\n'), SECTION),
      ...(answered === null ? waiting : [section(answered, SECTION)]),
      { type: 'context', elements: [plain(`Run ${runKey}, attempt ${attempt}`, HEADER)] },
    ],
  };
}

function bodyOf({ says, facts, answerBy }: PlanQuestion): string[] {
  return [
    says,
    '',
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    `Answer by: ${timeText(answerBy)}; without one, nothing is launched`,
  ];
}

function commandsOf({ runKey }: PlanQuestion): string[] {
  return [
    `To approve: npx flarepath approve ${runKey} --reason TEXT`,
    `To decline: npx flarepath approve ${runKey} --decline --reason TEXT`,
  ];
}
