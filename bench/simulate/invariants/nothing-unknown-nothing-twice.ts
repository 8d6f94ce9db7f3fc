import * as z from 'zod';
import { concerns } from '../observe/outages.ts';
import type { ObservedMessage } from '../observe/messages.ts';
import { startsOf } from '../observe/observed.ts';
import { at, MINUTE_MS, type Invariant } from './invariant.ts';

/** Whoever tells people something, and whoever calls them. */
const TELLERS = /report|warn|approval|look|leaked|watch|release|run-?job|fly/i;
const Violation = z.object({ kind: z.string(), message: z.string() });
/** A message whose sending was cut off is sent again: twice is better than never. */
const REPEATED_WITHIN_MS = 30 * MINUTE_MS;

export const nothingUnknownNothingTwice: Invariant = {
  name: 'nothing-unknown-nothing-twice',
  promises:
    'The product asks nothing of AWS that the published models, quotas or its own grants do not allow, and tells people nothing twice.',
  watch({ observed }, broken) {
    const outages = observed.outages.of(concerns(TELLERS));
    const told = new Map<string, ObservedMessage>();
    return {
      onTrace({ kind, detail }) {
        if (kind !== 'violation') return;
        const violation = Violation.parse(detail);
        broken(`${violation.kind}: ${violation.message}`);
      },
      onMessage(message) {
        // each start of a run has a report of its own, which may say the same: every-run-is-told counts them
        const start = message.kind === 'report' ? startsOf(observed.runs.get(message.runKey ?? '')?.run) : 1;
        const key = `${start}\n${message.subject}\n${message.text}`;
        const earlier = told.get(key);
        told.set(key, message);
        if (earlier === undefined) return;
        const fromMs = Math.max(earlier.atMs, message.atMs - REPEATED_WITHIN_MS);
        if (outages.within(fromMs, message.atMs) > 0) return;
        broken(`"${message.subject}" was said at ${at(earlier.atMs)} and again at ${at(message.atMs)}.`);
      },
    };
  },
};
