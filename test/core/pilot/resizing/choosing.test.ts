import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PilotDecision } from '../../../../core/contracts/flight.ts';
import { judgeFailure } from '../../../../core/failure-policy/next-remedy.ts';
import { decide } from '../../../../core/pilot/decide.ts';
import {
  asFlightShowed,
  givenUpAsOutpaced,
  mayBeOutpaced,
} from '../../../../core/pilot/resizing/begin-anew.ts';
import { forecastOf } from '../../sizing/cases.ts';
import { at, inDanger, plan, sized } from './flight-in-danger.ts';

const fresh = {
  ...{ lateProbability: 0.05, costUsd: 4, fleet: '64 vCPUs on demand of m5.2xlarge in us-east-1b' },
  inputBytes: forecastOf(300).inputBytes,
};
const OUTPACED = { texts: { flightEndedBy: ['outpaced'] }, numbers: {} };

describe('a look with a sized fleet', () => {
  test('takes it, and says what it weighed', () => {
    const situation = inDanger();
    const options = { ...sized(situation), fresh: null };
    const decision = decide({ ...situation, options });
    expect(decision.action).toMatchObject({
      kind: 'resize',
      taskOnDemandUnits: options.task!.onDemandUnits,
      taskSpotUnits: options.task!.spotUnits,
    });
    expect(decision.reason).toMatch(/as sized anew at prices of 2026/);
    const [hold, ...others] = decision.considered!;
    expect(hold).toMatchObject({ what: 'hold', costUsd: options.holdCostUsd });
    expect(others.map(({ what }) => what).join()).toMatch(/adding .* vCPUs.*sized anew/);
    expect(PilotDecision.parse(decision).track!.sizedAt).toBe(decision.decidedAt);
  });

  test('grows by its own types where sizing found nothing, or more than may be spent', () => {
    const situation = inDanger({ deadlineMinutes: 75 });
    const plain = decide(situation).action;
    expect(plain.kind).toBe('resize');
    expect(decide({ ...situation, options: null }).action).toEqual(plain);
    const options = { ...sized(situation), fresh: null };
    const growthRoom = { nodes: 1, boundBy: 'its limit pays for 1 more node' };
    const { action } = decide({ ...situation, options, growthRoom });
    if (action.kind === 'resize')
      expect(action.taskOnDemandUnits + action.taskSpotUnits).toBeLessThanOrEqual(40 + 8);
  });

  test('in no danger leaves the fleet alone', () => {
    const options = { ...sized(inDanger()), fresh };
    const decision = decide(at(30, 0.37, { options, attemptsLeft: true }));
    expect(decision.action).toEqual({ kind: 'hold' });
    expect(decision.beginsAnew).toBeUndefined();
  });

  test('never lowers what was asked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.3, noNaN: true }),
        fc.integer({ min: 60, max: 140 }),
        fc.integer({ min: 0, max: 5 }),
        (workDone, deadlineMinutes, nodes) => {
          const task = { runningSpotUnits: nodes * 8 };
          const rest = { attemptsLeft: true, task, deadlineMinutes };
          const previous = decide(at(28, workDone - 0.01, rest));
          const situation = at(30, workDone, { ...rest, previous });
          if (previous.track?.endangeredSince === null) return;
          let options;
          try {
            options = sized(situation);
          } catch {
            return; // it is not to be sized again
          }
          const { action } = decide({ ...situation, options });
          if (action.kind === 'hold') return;
          expect(action.taskSpotUnits).toBeGreaterThanOrEqual(40);
          expect(action.taskOnDemandUnits).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a fresh attempt', () => {
  // three quarters of an hour before the deadline hardly anything is done, and nothing can be added here
  const hopeless = () => {
    const narrow = { ...plan, bounds: { maxNodes: 8, limitUsd: 100 } };
    const rest = { plan: narrow, attemptsLeft: true, deadlineMinutes: 75 };
    const previous = decide(at(28, 0.03, rest));
    return at(30, 0.03, { previous, ...rest });
  };
  const options = { surveyedAt: plan.plannedAt, holdCostUsd: 5, task: null, fresh };
  const flight = { look: 4, attempt: 1, maxAttempts: 2 };

  test('is begun where it is clearly likelier in time, and ends this one', () => {
    const decision = decide({ ...hopeless(), options });
    expect(decision).toMatchObject({ beginsAnew: true, action: { kind: 'hold' }, announceMiss: false });
    const landing = givenUpAsOutpaced(flight, PilotDecision.parse(decision));
    expect(landing).toMatchObject({ outcome: 'failed', retryable: true, endedBy: 'outpaced' });
    expect(landing!.reason).toMatch(/a fresh attempt with 64 vCPUs .* is late with 5 % only/);
  });

  test.each([
    [
      'it is hardly likelier',
      { ...hopeless(), options: { ...options, fresh: { ...fresh, lateProbability: 0.9 } } },
    ],
    [
      'nobody knows how much is done',
      { ...inDanger(), progress: { ...inDanger().progress, workDone: null }, options },
    ],
    ['this one is likelier in time than late', { ...inDanger(), options: { ...sized(inDanger()), fresh } }],
  ])('is not begun where %s', (_when, situation) => {
    const decision = decide(situation);
    expect(decision.beginsAnew).toBeUndefined();
    expect(givenUpAsOutpaced(flight, decision)).toBeNull();
  });

  test('is not begun on the last attempt', () => {
    const decision = decide({ ...hopeless(), options });
    expect(givenUpAsOutpaced({ ...flight, attempt: 2 }, decision)).toBeNull();
  });

  test('is neither begun nor weighed where the next launch would wait', () => {
    const decision = decide({ ...hopeless(), options, attemptsLeft: false });
    expect(decision.beginsAnew).toBeUndefined();
    expect(decision.considered!.map(({ what }) => what).join()).not.toMatch(/fresh/);
  });

  test('is begun once a run, as the failure policy has nothing more for a second one', () => {
    const flies = { attempt: 2, maxAttempts: 3 };
    expect(mayBeOutpaced(flies, [])).toBe(true);
    expect(mayBeOutpaced(flies, [{ rule: 'node-lost' }])).toBe(true);
    expect(mayBeOutpaced(flies, [{ rule: 'outpaced' }])).toBe(false);
    expect(judgeFailure(OUTPACED, [{ rule: 'outpaced' }], 1).remedy).toBe('stop-and-tell');
  });

  test('is planned for the load that it was begun for', () => {
    const inputBytes = options.fresh.inputBytes;
    const decision = PilotDecision.parse(decide({ ...hopeless(), options }));
    expect(decision.shownInputBytes).toEqual(inputBytes);
    const forecast = asFlightShowed(forecastOf(100), decision.shownInputBytes!);
    expect(forecast).toMatchObject({ inputBytes, reason: expect.stringMatching(/showed work as of 300/) });
  });
});
