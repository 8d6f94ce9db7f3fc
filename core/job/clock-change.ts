import { MILLISECONDS_PER_SECOND, SECONDS_PER_HOUR } from '../units.ts';

/** Clocks that go forward: local times from `at` plus the one offset to `at` plus the other do not exist. */
export interface ForwardChange {
  /** milliseconds since the epoch */
  readonly atMs: number;
  /** local time minus UTC, before and from `atMs` on */
  readonly offsetBeforeMs: number;
  readonly offsetAfterMs: number;
}

/** Two changes of a zone's offset never lie so close together. */
const STEP_MS = 6 * SECONDS_PER_HOUR * MILLISECONDS_PER_SECOND;
const PRECISION_MS = MILLISECONDS_PER_SECOND;

/**
 * Where clocks go forward in a half-open span of time.
 *
 * @param timeZone  IANA name
 */
export function forwardChanges(timeZone: string, fromMs: number, untilMs: number): ForwardChange[] {
  const offsetAt = offsetIn(timeZone);
  const changes: ForwardChange[] = [];
  for (let startMs = fromMs; startMs < untilMs; startMs += STEP_MS) {
    // A change at the span's very beginning shows against the moment before it.
    let beforeMs = startMs - PRECISION_MS;
    let afterMs = Math.min(startMs + STEP_MS, untilMs) - PRECISION_MS;
    const [offsetBeforeMs, offsetAfterMs] = [offsetAt(beforeMs), offsetAt(afterMs)];
    if (offsetAfterMs <= offsetBeforeMs) continue;
    while (afterMs - beforeMs > PRECISION_MS) {
      const middleMs = beforeMs + Math.floor((afterMs - beforeMs) / 2 / PRECISION_MS) * PRECISION_MS;
      if (offsetAt(middleMs) === offsetBeforeMs) beforeMs = middleMs;
      else afterMs = middleMs;
    }
    // Clocks change on whole seconds, wherever the search began.
    const atMs = Math.floor(afterMs / PRECISION_MS) * PRECISION_MS;
    changes.push({ atMs, offsetBeforeMs, offsetAfterMs });
  }
  return changes;
}

/** Local time minus UTC at an instant, milliseconds. */
function offsetIn(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const localMs = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return localMs - Math.floor(timeMs / MILLISECONDS_PER_SECOND) * MILLISECONDS_PER_SECOND;
  };
}
