import * as z from 'zod';
import { row, seconds } from './row.ts';

const MOST_SKEW_SECONDS = 300;

/** Events, schedules and clocks. */
export const DELIVERY_ROWS = {
  'duplicate-delivery': row(
    ['source', 'target'],
    {},
    'An event, schedule, asynchronous invocation or express execution is delivered twice; `source` is eventbridge, scheduler, lambda or states.',
    'two invocations with one content',
  ),
  'lost-event': row(
    ['source', 'detailType', 'target', 'rule'],
    {},
    "An event is never delivered to a rule's target.",
    'nothing',
  ),
  'late-event': row(
    ['source', 'detailType', 'target', 'rule'],
    { seconds: seconds(600, 'how much later than usual') },
    "An event is delivered late to a rule's target.",
    "the event's `time` lies far back",
  ),
  'lost-schedule': row(['schedule', 'target'], {}, 'A schedule does not fire.', 'nothing'),
  'late-schedule': row(
    ['schedule', 'target'],
    { seconds: seconds(600, 'how much later than usual') },
    'A schedule fires late.',
    'the scheduled time lies far back',
  ),
  'clock-skew': row(
    ['function'],
    {
      seconds: z
        .number()
        .min(-MOST_SKEW_SECONDS)
        .max(MOST_SKEW_SECONDS)
        .default(120)
        .describe('how far the clock is ahead; negative: behind'),
    },
    "During one invocation the function's clock is wrong: Date is, timers and time-outs are not.",
    "timestamps that disagree with AWS's own",
  ),
} as const;
