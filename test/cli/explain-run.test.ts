import { describe, expect, test } from 'vitest';
import { explainRun } from '../../cli/plan/explain-run.ts';
import type { RunView } from '../../dashboard/report-data.ts';
import type { PilotDecision } from '../../core/contracts/flight.ts';
import { decide } from '../../core/pilot/decide.ts';
import { plan, situationAt } from '../core/pilot/flights.ts';
import { runCommand } from './run-command.ts';
import { sampleReport } from '../dashboard/sample-report.ts';

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

const [someRun] = sampleReport().jobs[0]!.runs;
const viewOf = (decisions: PilotDecision[]): RunView => ({
  ...someRun!,
  record: { ...someRun!.record, runKey: plan.runKey, attempt: 1, outcome: 'late' },
  plan,
  decisions,
});

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

describe('options that would be ignored', () => {
  test.each([
    ['orders@2026-01-05T01:00:00Z', '--market', 'spot.json'],
    ['orders@2026-01-05T01:00:00Z', '--load-gib', '5'],
    ['examples/jobs/orders-nightly.yaml', '--deployment', 'deployment.json'],
    ['plan.json', '--deployment', 'deployment.json'],
  ])('are refused: %s %s', async (what, option, value) => {
    const { code, err } = await runCommand('explain', what, option, value);
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(`${what}: found ${option}; allowed: none of them with a`);
  });
});
