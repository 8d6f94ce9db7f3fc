import * as z from 'zod';
import type { ObservedMessage } from '../observe/messages.ts';
import { at, MINUTE_MS, type Invariant } from './invariant.ts';

const Violation = z.object({ kind: z.string(), message: z.string() });
/** A message whose sending was cut off is sent again: twice is better than never. */
const REPEATED_WITHIN_MS = 30 * MINUTE_MS;

export const nothingUnknownNothingTwice: Invariant = {
  name: 'nothing-unknown-nothing-twice',
  promises:
    'The product asks nothing of AWS that the published models, quotas or its own grants do not allow, and tells people nothing twice.',
  watch({ observed }, broken) {
    const told = new Map<string, ObservedMessage>();
    return {
      onTrace({ kind, detail }) {
        if (kind !== 'violation') return;
        const violation = Violation.parse(detail);
        broken(`${violation.kind}: ${violation.message}`);
      },
      onMessage(message) {
        const key = `${message.subject}\n${message.text}`;
        const earlier = told.get(key);
        told.set(key, message);
        if (earlier === undefined) return;
        const fromMs = Math.max(earlier.atMs, message.atMs - REPEATED_WITHIN_MS);
        if (observed.outages.within(fromMs, message.atMs) > 0) return;
        broken(`"${message.subject}" was said at ${at(earlier.atMs)} and again at ${at(message.atMs)}.`);
      },
    };
  },
};
