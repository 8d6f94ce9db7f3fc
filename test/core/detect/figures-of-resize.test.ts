/** When a fleet that is short for long is told of. */
import { describe, expect, it } from 'vitest';
import { figuresOfResize } from '../../../core/detect/figures-of-resize.ts';
import { matchWatchRules } from '../../../core/detect/match-watch-rules.ts';
import { decide } from '../../../core/pilot/decide.ts';
import { situationAt, viewAt, type PilotDecision } from '../pilot/flights.ts';

/** Rules that warn at the last of these looks, while nothing of the workers is there until that minute. */
function warnedAt(looks: readonly number[], shortUntil: number): string[] {
  let previous: PilotDecision | null = null;
  for (const minute of looks) {
    const view = viewAt(minute);
    const none = { runningOnDemandUnits: 0, runningSpotUnits: 0 };
    const fleets = view.fleets.map((fleet) =>
      minute < shortUntil && (fleet.role === 'task' || view.state === 'STARTING')
        ? { ...fleet, ...none }
        : fleet,
    );
    previous = decide(situationAt(minute, null, { view: { ...view, fleets }, previous }));
  }
  const figures = figuresOfResize(previous!);
  return matchWatchRules({ metrics: {}, events: [], figures }).map(({ rule }) => rule.id);
}

describe('a fleet that is short', () => {
  it('is no alarm while a cluster starts, nor just after', () => {
    expect(warnedAt([1, 3, 5, 7, 7.9], 8)).toEqual([]);
    expect(warnedAt([1, 3, 5, 7, 9, 10], 11)).toEqual([]);
  });

  it('is one when it stays short for longer than a resize may take', () => {
    expect(warnedAt([1, 5, 9, 12, 14], 60)).toEqual(['resize-stuck']);
  });
});
