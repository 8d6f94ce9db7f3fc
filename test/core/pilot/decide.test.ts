import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PilotDecision } from '../../../core/contracts/flight.ts';
import { lognormalQuantiles } from '../../../core/numerics/lognormal-quantiles.ts';
import { decide } from '../../../core/pilot/decide.ts';
import type { Situation } from '../../../core/pilot/situation.ts';
import { after, plan, situationAt, viewAt } from './flights.ts';

/** The share of work an undisturbed flight has done after so many minutes: an hour, from minute 8 on. */
const onPlan = (minutes: number) => Math.min(Math.max((minutes - 8) / 60, 0), 1);

/** Two looks, as the pilot acts on nothing that it saw only once. */
function seenTwice(minutes: number, workDone: number | null, over: Parameters<typeof situationAt>[2] = {}) {
  const previous = decide(situationAt(minutes - 2, workDone === null ? null : workDone - 0.005, over));
  return decide(situationAt(minutes, workDone, { ...over, previous }));
}

const uncertain = (logSpread: number) => ({
  ...plan,
  forecast: { ...plan.forecast, runtimeSeconds: lognormalQuantiles(3600, logSpread) },
});

describe('the pilot', () => {
  test('holds a run that is on plan, and looks less often while there is time', () => {
    const early = decide(situationAt(20, onPlan(20)));
    expect(early).toMatchObject({ action: { kind: 'hold' }, announceMiss: false });
    expect(early.lateProbability).toBeLessThan(0.05);
    const roomy = decide(situationAt(20, onPlan(20), { deadlineMinutes: 240 }));
    expect(roomy.nextLookSeconds).toBeGreaterThan(early.nextLookSeconds);
  });

  test('holds before the steps start, and counts the start-up that is still to come', () => {
    const decision = decide(situationAt(2, null));
    expect(decision.action).toEqual({ kind: 'hold' });
    expect(decision.reason).toMatch(/steps have not started/);
    expect(Date.parse(decision.predictedFinishAt!)).toBeGreaterThan(Date.parse(after(60)));
  });

  test('adds spot to a run that falls behind while there is time for it', () => {
    const decision = seenTwice(40, 0.5, {
      deadlineMinutes: 84,
      task: { targetSpotUnits: 40, runningSpotUnits: 40 },
    });
    expect(decision.lateProbability).toBeGreaterThan(0.1);
    expect(decision.action.kind).toBe('resize');
    if (decision.action.kind !== 'resize') return;
    expect(decision.action.taskSpotUnits).toBeGreaterThan(40);
    expect(decision.action.taskSpotUnits % 8).toBe(0);
    expect(decision.action.taskOnDemandUnits).toBe(0);
  });

  test('buys on demand what is missing when lateness is likely', () => {
    const decision = seenTwice(40, 0.1, { deadlineMinutes: 70 });
    expect(decision.lateProbability).toBeGreaterThan(0.6);
    expect(decision.action).toMatchObject({ kind: 'resize', taskSpotUnits: 56 });
    if (decision.action.kind === 'resize') expect(decision.action.taskOnDemandUnits).toBeGreaterThan(0);
  });

  describe('in growing', () => {
    const boundedBy = (bounds: Partial<typeof plan.bounds>) =>
      seenTwice(40, 0.5, {
        deadlineMinutes: 84,
        task: { targetSpotUnits: 40, runningSpotUnits: 40 },
        plan: { ...plan, bounds: { ...plan.bounds, ...bounds } },
      });
    const added = ({ action }: PilotDecision) =>
      action.kind === 'hold' ? 0 : (action.taskOnDemandUnits + action.taskSpotUnits - 40) / 8;

    test('stays within the nodes that the job allows', () => {
      expect(added(boundedBy({}))).toBeGreaterThan(1);
      for (const maxNodes of [6, 7, 8, 9, 10]) {
        expect(added(boundedBy({ maxNodes }))).toBeLessThanOrEqual(maxNodes - 6);
      }
      expect(boundedBy({ maxNodes: 6 }).reason).toMatch(/as large as it may get: the job allows 6 nodes/);
    });

    test('stays within what the limit pays for', () => {
      for (const limitUsd of [3, 3.5, 4, 5, 6]) {
        // 0.48 USD an hour for a node, for less than an hour
        const { costUsd } = plan.forecast;
        expect(added(boundedBy({ limitUsd })) * 0.48 * 0.5).toBeLessThanOrEqual(limitUsd - costUsd);
      }
      const spent = boundedBy({ limitUsd: 3 });
      expect(spent.action.kind).toBe('hold');
      expect(spent.reason).toMatch(/its limit pays for 0 more nodes/);
    });
  });

  test('replaces spot that was reclaimed and does not come back by on demand', () => {
    const decision = seenTwice(40, onPlan(40) * 0.5, { deadlineMinutes: 80, task: { runningSpotUnits: 16 } });
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
    const first = decide(situationAt(38, 0.09));
    const situation = situationAt(40, 0.1, { plan: onDemandPlan, previous: first, deadlineMinutes: 75 });
    const core = { ...situation.view.fleets[0]!, targetOnDemandUnits: 64, runningOnDemandUnits: 64 };
    const decision = decide({ ...situation, view: { ...situation.view, fleets: [core] } });
    expect(decision.action).toMatchObject({ kind: 'resize', taskSpotUnits: 0 });
  });

  test('leaves a resize time to show before it asks for more', () => {
    const first = seenTwice(40, 0.1, { deadlineMinutes: 80 });
    const grown = first.action.kind === 'resize' ? first.action : undefined;
    const soon = decide(
      situationAt(43, 0.11, {
        deadlineMinutes: 80,
        previous: first,
        task: { targetOnDemandUnits: grown?.taskOnDemandUnits ?? 0 },
      }),
    );
    expect(soon.action).toEqual({ kind: 'hold' });
    expect(soon.reason).toMatch(/still needs time to show|as large as it may get/);
    const between = decide(situationAt(45, 0.12, { deadlineMinutes: 80, previous: soon }));
    expect(between.action).toEqual({ kind: 'hold' });
  });

  test('tells people once that the deadline will be missed, and early', () => {
    const first = seenTwice(40, 0.1, { deadlineMinutes: 56 });
    expect(first.missAnnounced).toBe(true);
    const second = decide(situationAt(44, 0.11, { deadlineMinutes: 56, previous: first }));
    const third = decide(situationAt(48, 0.12, { deadlineMinutes: 56, previous: second }));
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

  test('does not extrapolate from the first few per cent of work', () => {
    const previous = decide(situationAt(22, 0.02, { deadlineMinutes: 200 }));
    const decision = decide(situationAt(26, 0.04, { deadlineMinutes: 200, previous }));
    expect(decision).toMatchObject({ action: { kind: 'hold' }, announceMiss: false });
  });

  test('acts and announces on nothing that only one look saw', () => {
    const decision = decide(situationAt(40, 0.1, { deadlineMinutes: 75 }));
    expect(decision.lateProbability).toBeGreaterThan(0.6);
    expect(decision).toMatchObject({ action: { kind: 'hold' }, announceMiss: false });
    expect(decision.reason).toMatch(/next look has to confirm it/);
  });

  test('remembers what an application that began anew has lost', () => {
    const before = decide(situationAt(38, 0.5, { deadlineMinutes: 240 }));
    const anew = decide(situationAt(40, 0.02, { deadlineMinutes: 240, previous: before }));
    const later = decide(situationAt(70, 0.5, { deadlineMinutes: 240, previous: anew }));
    const minutes = (Date.parse(later.predictedFinishAt!) - Date.parse(after(70))) / 60_000;
    expect(minutes).toBeGreaterThan(20);
    expect(minutes).toBeLessThan(45);
  });

  test('does not take the steps that survived a restart for work done since', () => {
    const long = { deadlineMinutes: 240 };
    const at = (
      minutes: number,
      workDone: number,
      driverRestarts: number,
      previous: PilotDecision | null,
    ) => {
      const situation = situationAt(minutes, workDone, { ...long, previous });
      return decide({ ...situation, progress: { ...situation.progress, driverRestarts } });
    };
    const minutesLeft = (decision: PilotDecision, minutes: number) =>
      (Date.parse(decision.predictedFinishAt!) - Date.parse(after(minutes))) / 60_000;
    const before = at(48, 0.65, 0, null);
    const anew = at(50, 0.3, 1, before);
    const next = at(51, 0.315, 1, anew);
    expect(minutesLeft(anew, 50)).toBeGreaterThan(30);
    expect(minutesLeft(next, 51)).toBeGreaterThan(30);
    expect(minutesLeft(at(71, 0.65, 1, next), 71)).toBeLessThan(30);
  });

  test('keeps what it knows of the pace when more turns out to be left, and nothing was started again', () => {
    const counted = (situation: Situation) =>
      decide({ ...situation, progress: { ...situation.progress, driverRestarts: 0 } });
    const before = counted(situationAt(38, 0.5, { deadlineMinutes: 400 }));
    const more = counted(situationAt(40, 0.2, { deadlineMinutes: 400, previous: before }));
    expect(more.track!.workedSeconds).toBeGreaterThan(before.track!.workedSeconds);
  });

  test('keeps to the last known progress when the reporter falls silent', () => {
    const before = decide(situationAt(50, 0.7));
    const silent = decide(situationAt(56, null, { previous: before }));
    expect(silent.reason).toMatch(/since 70 % of the work was done/);
    expect(silent.lateProbability).toBeLessThan(0.1);
  });

  test('is not confused by clocks that disagree', () => {
    const future = decide(situationAt(30, onPlan(30), { deadlineMinutes: 200 }));
    const decision = decide(situationAt(25, onPlan(30), { deadlineMinutes: 200, previous: future }));
    expect(decision).toMatchObject({ action: { kind: 'hold' }, announceMiss: false });
    expect(decision.track!.workedSeconds).toBe(future.track!.workedSeconds);
  });

  test('does not expect a start-up that is overdue to end this minute', () => {
    const steps = viewAt(2).steps;
    const view = viewAt(40, { steps, state: 'STARTING', readyAt: null });
    const decision = decide({ ...situationAt(40, null), view });
    expect(decision.action).toEqual({ kind: 'hold' });
    expect(Date.parse(decision.predictedFinishAt!)).toBeGreaterThan(Date.parse(after(40 + 60 + 10)));
  });

  test('looks every five minutes while there is much slack, every minute or two in danger', () => {
    expect(decide(situationAt(20, onPlan(20), { deadlineMinutes: 240 })).nextLookSeconds).toBe(300);
    expect(decide(situationAt(40, 0.3)).nextLookSeconds).toBeLessThanOrEqual(60);
  });

  test('waits with a rescue that would do as well later', () => {
    const decision = seenTwice(20, 0.05, { deadlineMinutes: 200, plan: uncertain(0.6) });
    expect(decision.action).toEqual({ kind: 'hold' });
  });

  test('keeps its contract, never shrinks a fleet below its plan and never more than doubles it, wherever a flight stands', () => {
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
