import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PilotDecision } from '../../../core/contracts/flight.ts';
import { decide } from '../../../core/pilot/decide.ts';
import { after, plan, situationAt } from './flights.ts';

/** The share of work an undisturbed flight has done after so many minutes: an hour, from minute 8 on. */
const onPlan = (minutes: number) => Math.min(Math.max((minutes - 8) / 60, 0), 1);

describe('the pilot', () => {
  test('holds a run that is on plan, and looks less often while there is time', () => {
    const early = decide(situationAt(20, onPlan(20)));
    expect(early).toMatchObject({ action: { kind: 'hold' }, announceMiss: false });
    expect(early.lateProbability).toBeLessThan(0.05);
    expect(early.nextLookSeconds).toBeGreaterThan(decide(situationAt(64, onPlan(64))).nextLookSeconds);
  });

  test('holds before the steps start, and counts the start-up that is still to come', () => {
    const decision = decide(situationAt(2, null));
    expect(decision.action).toEqual({ kind: 'hold' });
    expect(decision.reason).toMatch(/steps have not started/);
    expect(Date.parse(decision.predictedFinishAt!)).toBeGreaterThan(Date.parse(after(60)));
  });

  test('adds spot to a run that falls behind while there is time for it', () => {
    const decision = decide(situationAt(30, 0.25, { deadlineMinutes: 87 }));
    expect(decision.lateProbability).toBeGreaterThan(0.1);
    expect(decision.action.kind).toBe('resize');
    if (decision.action.kind !== 'resize') return;
    expect(decision.action.taskSpotUnits).toBeGreaterThan(56);
    expect(decision.action.taskSpotUnits % 8).toBe(0);
    expect(decision.action.taskOnDemandUnits).toBe(0);
  });

  test('buys on demand what is missing when lateness is likely', () => {
    const decision = decide(situationAt(40, 0.3));
    expect(decision.lateProbability).toBeGreaterThan(0.4);
    expect(decision.action).toMatchObject({ kind: 'resize', taskSpotUnits: 56 });
    if (decision.action.kind === 'resize') expect(decision.action.taskOnDemandUnits).toBeGreaterThan(0);
  });

  test('replaces spot that was reclaimed and does not come back by on demand', () => {
    const decision = decide(situationAt(40, onPlan(40) * 0.85, { task: { runningSpotUnits: 16 } }));
    expect(decision.reason).toMatch(/spot vCPUs have not come/);
    expect(decision.action).toMatchObject({ kind: 'resize', taskSpotUnits: 56 });
  });

  test('gives a plan that took no spot on-demand nodes only', () => {
    const onDemandPlan = {
      ...plan,
      fleets: plan.fleets
        .slice(0, 2)
        .map((fleet) => ({ ...fleet, onDemandUnits: fleet.role === 'core' ? 64 : 4 })),
    };
    const situation = situationAt(40, 0.3, { plan: onDemandPlan });
    const core = { ...situation.view.fleets[0]!, targetOnDemandUnits: 64, runningOnDemandUnits: 64 };
    const decision = decide({ ...situation, view: { ...situation.view, fleets: [core] } });
    expect(decision.action).toMatchObject({ kind: 'resize', taskSpotUnits: 0 });
  });

  test('leaves a resize time to show before it asks for more', () => {
    const first = decide(situationAt(40, 0.3));
    const grown = first.action.kind === 'resize' ? first.action : undefined;
    const soon = decide(
      situationAt(43, 0.32, {
        previous: first,
        task: { targetOnDemandUnits: grown?.taskOnDemandUnits ?? 0 },
      }),
    );
    expect(soon.action).toEqual({ kind: 'hold' });
    expect(soon.reason).toMatch(/still needs time to show/);
    const between = decide(situationAt(45, 0.34, { previous: soon }));
    expect(between.action).toEqual({ kind: 'hold' });
  });

  test('tells people once that the deadline will be missed, and early', () => {
    const first = decide(situationAt(40, 0.15));
    expect(first.announceMiss).toBe(true);
    const second = decide(situationAt(44, 0.17, { previous: first }));
    const third = decide(situationAt(48, 0.2, { previous: second }));
    expect([second.announceMiss, third.announceMiss]).toEqual([false, false]);
    expect([second.missAnnounced, third.missAnnounced]).toEqual([true, true]);
  });

  test('says when nothing reports progress, and goes by time', () => {
    const decision = decide(situationAt(30, null));
    expect(decision.reason).toMatch(/nothing reports progress; judged by time alone/i);
    expect(decision.action).toEqual({ kind: 'hold' });
  });

  test('does not believe progress that went backwards, and says so', () => {
    const previous = decide(situationAt(28, 0.4));
    const decision = decide(situationAt(30, 0.1, { previous }));
    expect(decision.reason).toMatch(/went backwards from 40 % to 10 %/);
  });

  test('expects a run that outlasts every forecast to go on for a while', () => {
    const decision = decide(situationAt(100, null, { deadlineMinutes: 200 }));
    expect(Date.parse(decision.predictedFinishAt!)).toBeGreaterThan(Date.parse(after(101)));
  });

  test('keeps its contract, never shrinks a fleet and never more than doubles it, wherever a flight stands', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 140 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
        fc.integer({ min: 10, max: 180 }),
        fc.integer({ min: 0, max: 7 }),
        (minutes, workDone, deadlineMinutes, nodes) => {
          const task = { runningSpotUnits: nodes * 8 };
          const decision = PilotDecision.parse(
            decide(situationAt(minutes, workDone, { deadlineMinutes, task })),
          );
          if (decision.action.kind !== 'resize') return;
          expect(decision.action.taskSpotUnits).toBeGreaterThanOrEqual(56);
          expect(decision.action.taskSpotUnits + decision.action.taskOnDemandUnits).toBeLessThanOrEqual(
            2 * 64 + 56,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('finds lateness likelier the nearer the deadline is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 60 }),
        fc.integer({ min: 62, max: 120 }),
        fc.integer({ min: 1, max: 60 }),
        (minutes, deadline, more) => {
          const at = (deadlineMinutes: number) =>
            decide(situationAt(minutes, onPlan(minutes), { deadlineMinutes })).lateProbability;
          expect(at(deadline)).toBeGreaterThanOrEqual(at(deadline + more));
        },
      ),
      { numRuns: 100 },
    );
  });
});
