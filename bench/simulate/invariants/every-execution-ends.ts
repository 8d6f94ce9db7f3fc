import { at, HOUR_MS, minutes, type Invariant } from './invariant.ts';

/** No run of a scenario waits, flies and is tried again for longer. */
const LONGEST_MS: Readonly<Record<string, number>> = {
  'flarepath-run-job': 30 * HOUR_MS,
  'flarepath-fly': 24 * HOUR_MS,
};
const LONGEST_OTHER_MS = 3 * HOUR_MS;

export const everyExecutionEnds: Invariant = {
  name: 'every-execution-ends',
  promises: 'Every execution of a state machine ends within its bound; at the end none runs.',
  watch({ observed }, broken) {
    return {
      onTick() {
        const nowMs = observed.nowMs();
        for (const { machine, name, startedMs, status } of observed.executions.values()) {
          if (status !== 'RUNNING') continue;
          const boundMs = LONGEST_MS[machine] ?? LONGEST_OTHER_MS;
          if (nowMs - startedMs > boundMs)
            broken(`${machine} ${name} runs since ${at(startedMs)}; its bound is ${minutes(boundMs)}.`);
        }
      },
      atEnd() {
        for (const { machine, name, startedMs, status } of observed.executions.values())
          if (status === 'RUNNING') broken(`${machine} ${name} still runs since ${at(startedMs)}.`);
      },
    };
  },
};
