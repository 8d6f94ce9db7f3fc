import { expectedStarts } from '../../../core/job/expected-starts.ts';
import { runKeyOf } from '../../../core/ledger/run-key.ts';
import { isoInstant, MILLISECONDS_PER_DAY } from '../../../core/units.ts';
import { startsOf } from '../observe/observed.ts';
import { concerns } from '../observe/outages.ts';
import type { ObservedMessage } from '../observe/messages.ts';
import { at, MINUTE_MS, type Grounds, type Invariant } from './invariant.ts';

/** Before a message that was lost is sent again. */
const REPEATED_WITHIN_MS = 30 * MINUTE_MS;

export const everyRunIsTold: Invariant = {
  name: 'every-run-is-told',
  promises:
    'Every run that was admitted is closed, and people are told once what came of each start of it; every scheduled start becomes a run, or people are told.',
  watch(grounds, broken) {
    const { observed } = grounds;
    const outages = observed.outages.of(concerns(/report|release|run-?job/i));
    const reports = new Map<string, ObservedMessage[]>();
    return {
      onMessage(message) {
        const { kind, runKey } = message;
        if (kind !== 'report' || runKey === null) return;
        const earlier = reports.get(runKey) ?? [];
        reports.set(runKey, [...earlier, message]);
        const startsSeen = startsOf(observed.runs.get(runKey)?.run);
        const lastMs = earlier.at(-1)?.atMs;
        const disturbed =
          lastMs !== undefined &&
          outages.within(Math.max(lastMs, message.atMs - REPEATED_WITHIN_MS), message.atMs) > 0;
        if (earlier.length >= startsSeen && !disturbed)
          broken(
            `${runKey} was started ${startsSeen} times and is now reported for the ${earlier.length + 1}th: "${message.subject}".`,
          );
      },
      atEnd() {
        for (const [runKey, { closedAt }] of observed.runs) {
          if (closedAt === null) broken(`${runKey} was admitted and never closed.`);
          if (!reports.has(runKey)) broken(`${runKey} was admitted, and nobody was told what came of it.`);
        }
        for (const facts of startsThatNeverCame(grounds)) broken(facts);
      },
    };
  },
};

/** Of the scheduled starts, also those that daylight saving skips: no run of theirs, and no message about that run. */
function startsThatNeverCame({ observed, scenario, jobs }: Grounds): string[] {
  const fromMs = Date.parse(`${scenario.startDate}T00:00:00Z`);
  const until = isoInstant(fromMs + scenario.days * MILLISECONDS_PER_DAY);
  return jobs.flatMap((job) =>
    expectedStarts(job, isoInstant(fromMs), until).flatMap(({ scheduledAt, dueAt }) => {
      const runKey = runKeyOf(job.name, scheduledAt);
      const told = observed.messages.some(({ text }) => text.includes(runKey));
      if (observed.runs.has(runKey) || told) return [];
      return [
        `${job.name} was to start at ${at(Date.parse(dueAt))}; no run came of it, and nobody was told.`,
      ];
    }),
  );
}
