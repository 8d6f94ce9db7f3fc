import { hasCompleted } from '../observe/observed.ts';
import { concerns } from '../observe/outages.ts';
import { at, MINUTE_MS, minutes, type Invariant } from './invariant.ts';

/** By then somebody has looked whether the run is over. */
const SILENCE_MS = 15 * MINUTE_MS;

export const noDeadlinePassesInSilence: Invariant = {
  name: 'no-deadline-passes-in-silence',
  promises: 'When a deadline has passed and the run has not landed, people know.',
  watch({ observed }, broken) {
    const outages = observed.outages.of(concerns(/watch/i));
    return {
      onTick() {
        const nowMs = observed.nowMs();
        for (const [runKey, { run, closedAt }] of observed.runs) {
          const deadlineMs = Date.parse(run.deadlineAt);
          if (closedAt !== null || nowMs < deadlineMs) continue;
          const landed = observed
            .clustersOf(run.runHash)
            .some((cluster) => hasCompleted(cluster) && (cluster.lastStepEndedMs ?? Infinity) <= deadlineMs);
          const told = observed.messages.some((message) => message.runKey === runKey);
          const sinceMs = Math.max(deadlineMs, Date.parse(run.admittedAt));
          if (landed || told || outages.workingTime(sinceMs, nowMs) <= SILENCE_MS) continue;
          broken(
            `${runKey} has missed its deadline of ${at(deadlineMs)} by ${minutes(nowMs - deadlineMs)}, and nobody was told.`,
          );
        }
      },
    };
  },
};
