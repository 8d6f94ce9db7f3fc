import { describe, expect, test } from 'vitest';
import { explainRun } from '../../cli/plan/explain-run.ts';
import type { RunView } from '../../dashboard/report-data.ts';
import type { PilotDecision } from '../../core/contracts/flight.ts';
import { decide } from '../../core/pilot/decide.ts';
import { plan, situationAt } from '../core/pilot/flights.ts';

/** A flight that falls behind and is given machines. */
function flight(): PilotDecision[] {
  const decisions: PilotDecision[] = [];
  for (let minutes = 4; minutes <= 60; minutes += 2) {
    const workDone = minutes < 8 ? null : (minutes - 8) / 90;
    const previous = decisions.at(-1) ?? null;
    decisions.push(decide(situationAt(minutes, workDone, { previous, deadlineMinutes: 84 })));
  }
  return decisions;
}

const viewOf = (decisions: PilotDecision[]) =>
  ({
    record: { runKey: plan.runKey, attempt: 1, outcome: 'late', scheduledAt: plan.plannedAt },
    plan,
    decisions,
    chargedUsd: null,
    releasedAt: null,
  }) as unknown as RunView;

describe('flarepath explain RUN', () => {
  const lines = explainRun(viewOf(flight()));

  test('shows every look that did something, with what it weighed', () => {
    const text = lines.join('\n');
    expect(text).toMatch(/orders@.*attempt 1: late/);
    expect(text).toMatch(/task fleet \d+\+\d+ vCPU/);
    expect(text).toMatch(/weighed: hold \(late with \d+ %, [\d.]+ USD in all\)/);
    expect(text).toMatch(/weighed: adding \d+ vCPUs/);
    expect(text).toMatch(/\d+ more looks, all of which held/);
  });

  test('is at most 80 columns wide', () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('says so when nobody looked', () => {
    expect(explainRun(viewOf([])).join(' ')).toMatch(/Nobody looked at its flight/);
  });
});
