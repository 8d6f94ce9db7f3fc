import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PilotDecision } from '../../../core/contracts/flight.ts';
import { decide } from '../../../core/pilot/decide.ts';
import { after, plan, situationAt } from './flights.ts';

const onPlan = (minutes: number) => Math.min(Math.max((minutes - 8) / 60, 0), 1);
const substitutes = [
  { name: 'm5a.2xlarge', weightUnits: 8 },
  { name: 'r5.2xlarge', weightUnits: 8 },
];

/** A look some minutes earlier, of which parts are set. */
function earlier(minutes: number, over: Partial<PilotDecision> = {}): PilotDecision {
  const decision = decide(situationAt(minutes, onPlan(minutes)));
  return PilotDecision.parse({ ...decision, ...over });
}

/** 40 vCPUs were bought on demand for spot that has come since. */
const grown = {
  targetOnDemandUnits: 40,
  runningOnDemandUnits: 40,
  targetSpotUnits: 56,
  runningSpotUnits: 56,
};

describe('what is not needed', () => {
  const roomy = { deadlineMinutes: 120, task: grown };

  test('is let go, on demand first, and says what that saves', () => {
    const decision = decide(situationAt(30, onPlan(30), { ...roomy, previous: earlier(25) }));
    expect(decision.action).toEqual({ kind: 'resize', taskOnDemandUnits: 0, taskSpotUnits: 56 });
    expect(decision.reason).toMatch(/letting 40 vCPUs go that are not needed, which saves about [\d.]+ USD/);
    const [hold, shrink] = decision.considered!;
    expect(shrink!.costUsd!).toBeLessThan(hold!.costUsd!);
  });

  test.each<[string, Parameters<typeof situationAt>[1], Parameters<typeof situationAt>[2]]>([
    ['while nothing reports progress', null, { ...roomy, previous: earlier(25) }],
    ['when the run could then be late', onPlan(30), { deadlineMinutes: 72, task: grown }],
    [
      'after machines were lost',
      onPlan(30),
      { ...roomy, previous: earlier(25, { track: { ...earlier(25).track!, lostAt: after(20) } }) },
    ],
    ['right after a resize', onPlan(30), { ...roomy, previous: earlier(25, { lastResizeAt: after(20) }) }],
    [
      'while other machines are to come',
      onPlan(30),
      { ...roomy, task: { ...grown, runningSpotUnits: 48 }, previous: earlier(25) },
    ],
  ])('stays %s', (_when, workDone, over) => {
    expect(decide(situationAt(30, workDone, over)).action).toEqual({ kind: 'hold' });
  });

  test('stays when the run is nearly over', () => {
    const decision = decide(situationAt(62, 0.97, { ...roomy, previous: earlier(57) }));
    expect(decision.action).toEqual({ kind: 'hold' });
  });

  test('stays where machines overshot what the plan asks for', () => {
    // 48 units were planned and asked for, and machines of sixteen make 64 of them
    const fleets = plan.fleets.map((fleet) => (fleet.role === 'task' ? { ...fleet, spotUnits: 48 } : fleet));
    const task = {
      targetSpotUnits: 48,
      runningSpotUnits: 64,
      targetOnDemandUnits: 0,
      runningOnDemandUnits: 0,
    };
    const decision = decide(
      situationAt(30, onPlan(30), {
        deadlineMinutes: 240,
        task,
        plan: { ...plan, fleets },
        previous: earlier(25),
      }),
    );
    expect(decision.action).toEqual({ kind: 'hold' });
  });

  test('is never more than what was added to the plan', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 0, max: 8 }),
        (minutes, workDone, onDemandNodes, spotNodes) => {
          const task = {
            targetOnDemandUnits: onDemandNodes * 8,
            runningOnDemandUnits: onDemandNodes * 8,
            targetSpotUnits: spotNodes * 8,
            runningSpotUnits: spotNodes * 8,
          };
          const { action } = decide(situationAt(minutes, workDone, { deadlineMinutes: 400, task }));
          if (action.kind === 'hold') return;
          const units = action.taskOnDemandUnits + action.taskSpotUnits;
          expect(units).toBeGreaterThanOrEqual(Math.min(56, (onDemandNodes + spotNodes) * 8));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a pool that gives nothing', () => {
  const dry = { targetSpotUnits: 56, runningSpotUnits: 24 };
  const waiting = (since: number, over: Partial<PilotDecision> = {}) =>
    earlier(28, {
      track: { ...earlier(28).track!, shortSince: after(since), spotShortSince: after(since) },
      ...over,
    });
  const at = (previous: PilotDecision, over: Parameters<typeof situationAt>[2] = {}) =>
    decide(
      situationAt(30, 0.3, {
        deadlineMinutes: 240,
        task: dry,
        plan: { ...plan, substitutes },
        previous,
        ...over,
      }),
    );

  test('is made up for by other types at the same targets, once it was waited for', () => {
    expect(at(waiting(24)).action).toEqual({ kind: 'hold' });
    const decision = at(waiting(18));
    expect(decision.action).toMatchObject({ kind: 'resize', taskOnDemandUnits: 0, taskSpotUnits: 56 });
    expect(decision.taskInstanceTypes!.map(({ name }) => name)).toEqual([
      'm5.2xlarge',
      'm5a.2xlarge',
      'r5.2xlarge',
    ]);
    expect(decision.reason).toMatch(/asking for 32 spot vCPUs, which have not come for 12 min/);
  });

  test('is not made up for before its own time, however long other machines have been missing', () => {
    const core = { ...earlier(28).track!, shortSince: after(4), spotShortSince: after(26) };
    expect(at(earlier(28, { track: core })).action).toEqual({ kind: 'hold' });
  });

  test('is not asked for of other types twice, nor where the plan names none', () => {
    const asked = waiting(18, { taskInstanceTypes: substitutes });
    expect(at(asked).action).toEqual({ kind: 'hold' });
    expect(at(asked).taskInstanceTypes).toEqual(substitutes);
    expect(at(waiting(18), { plan }).action).toEqual({ kind: 'hold' });
  });

  test('is asked for of other types together with a rescue', () => {
    const previous = waiting(10, {});
    const inDanger = PilotDecision.parse({
      ...previous,
      track: { ...previous.track!, endangeredSince: after(24) },
    });
    const decision = at(inDanger, { deadlineMinutes: 90 });
    expect(decision.lateProbability).toBeGreaterThan(0.3);
    expect(decision.action).toMatchObject({ kind: 'resize', taskInstanceTypes: [{}, {}, {}] });
    if (decision.action.kind === 'resize') expect(decision.action.taskOnDemandUnits).toBeGreaterThan(0);
  });
});

describe('money', () => {
  test('ends near what was planned for a flight that goes as planned', () => {
    let previous: PilotDecision | null = null;
    for (let minutes = 4; minutes <= 64; minutes += 5)
      previous = decide(situationAt(minutes, minutes < 8 ? null : onPlan(minutes), { previous }));
    const median = previous!.finalCostUsd![4]!;
    expect(median).toBeGreaterThan(0.9 * plan.forecast.costUsd);
    expect(median).toBeLessThan(1.1 * plan.forecast.costUsd);
    expect(previous!.spentUsd!).toBeLessThan(median);
  });

  test('is known to grow with a fleet on demand', () => {
    const asPlanned = decide(situationAt(30, onPlan(30), { previous: earlier(25) }));
    const more = decide(situationAt(30, onPlan(30), { previous: earlier(25), task: grown }));
    expect(more.finalCostUsd![4]!).toBeGreaterThan(asPlanned.finalCostUsd![4]!);
  });
});

describe('a deadline that is out of reach', () => {
  test('is said once nothing is left to try, and then only the money counts', () => {
    const late = { deadlineMinutes: 60, task: grown };
    let previous: PilotDecision | null = null;
    const said: string[] = [];
    for (let minutes = 30; minutes <= 66; minutes += 4) {
      previous = decide(situationAt(minutes, 0.1 + (minutes - 30) / 200, { ...late, previous }));
      said.push(previous.reason);
    }
    expect(said.filter((reason) => reason.includes('telling people')).length).toBe(1);
    expect(said.at(-1)).toMatch(/out of reach, from here on it flies as cheaply as it can/);
    expect(previous!.outOfReach).toBe(true);
  });
});
