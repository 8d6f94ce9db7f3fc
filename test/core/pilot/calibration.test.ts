import { describe, expect, test } from 'vitest';
import { seededRng, type Rng } from '../../../core/numerics/rng.ts';
import { curves, drawn, fly, toldInTime, type Course, type Flown } from './synthetic-flights.ts';

const DRAWS = 100;
const between = (rng: Rng, low: number, high: number) => low + rng() * (high - low);
interface Drawn {
  readonly course: Course;
  readonly flown: Flown;
}

/** Flights over every shape of progress, with a trouble of their own each. */
function flights(name: string, troubled: (rng: Rng, course: Course) => Course): Drawn[] {
  return Object.entries(curves).flatMap(([shape, curveOf]) => {
    const rng = seededRng(`${name} ${shape}`);
    return Array.from({ length: DRAWS }, () => {
      const plannedSeconds = between(rng, 1800, 7200);
      const planLogSpread = between(rng, 0.1, 0.4);
      const course = troubled(rng, {
        curve: curveOf(rng),
        plannedSeconds,
        planLogSpread,
        trueSeconds: drawn(rng, plannedSeconds, planLogSpread),
        deadlineSeconds: 420 + plannedSeconds * between(rng, 1.3, 3),
      });
      return { course, flown: fly(course) };
    });
  });
}

/** The plan was made for quite another load. */
const wrongPlan = (rng: Rng, course: Course): Course => ({
  ...course,
  trueSeconds: course.trueSeconds * between(rng, 0.5, 4),
});
const lostNodes = (rng: Rng, course: Course): Course => ({
  ...course,
  loss: {
    atSecond: 420 + course.trueSeconds * between(rng, 0.05, 0.8),
    units: 24 + 8 * Math.floor(rng() * 4),
  },
});
const noNodesToBuy = (rng: Rng, course: Course): Course => ({ ...wrongPlan(rng, course), noCapacity: true });

const quiet = flights('quiet', (_, course) => course);
const troubled = [
  ...flights('wrong plan', wrongPlan),
  ...flights('lost nodes', lostNodes),
  ...flights('no nodes to buy', noNodesToBuy),
];
const all = [...quiet, ...troubled];

describe('over flights of every shape', () => {
  test('at most one announced miss in twenty is false, and one punctual run in fifty falsely announced', () => {
    const announced = all.filter(({ flown }) => flown.announcedAtSecond !== null);
    const wrong = announced.filter(({ flown }) => !flown.late);
    expect(announced.length).toBeGreaterThan(40);
    expect(wrong.length / announced.length).toBeLessThanOrEqual(0.05);
    expect(wrong.length / all.filter(({ flown }) => !flown.late).length).toBeLessThanOrEqual(0.02);
  });

  test('clear misses are announced while people can react, however wrong the plan was', () => {
    const missed = all.filter(
      ({ course, flown }) => flown.endSeconds - course.deadlineSeconds > 0.1 * flown.runtimeSeconds,
    );
    const inTime = missed.filter(({ course, flown }) => toldInTime(flown, course));
    expect(missed.length).toBeGreaterThan(40);
    expect(inTime.length / missed.length).toBeGreaterThanOrEqual(0.94);
  });

  test('of all misses, also those by a minute, six in seven are announced in time', () => {
    const missed = all.filter(({ flown }) => flown.late);
    const inTime = missed.filter(({ course, flown }) => toldInTime(flown, course));
    expect(inTime.length / missed.length).toBeGreaterThanOrEqual(6 / 7);
  });

  test('a run that would have ended well before its deadline is not resized', () => {
    const calm = quiet.filter(({ course }) => course.trueSeconds < 0.6 * (course.deadlineSeconds - 420));
    const resized = calm.filter(({ flown }) => flown.resizes > 0);
    expect(calm.length).toBeGreaterThan(40);
    expect(resized.length / calm.length).toBeLessThanOrEqual(0.03);
  });

  test('lost nodes are replaced in time for nearly every deadline', () => {
    const lost = flights('lost nodes again', lostNodes);
    expect(lost.filter(({ flown }) => flown.late).length / lost.length).toBeLessThanOrEqual(0.05);
  });

  test('a resize is given time to show before the next', () => {
    for (const { flown } of troubled) {
      const at = flown.decisions
        .filter(({ action }) => action.kind === 'resize')
        .map(({ decidedAt }) => Date.parse(decidedAt) / 1000);
      at.slice(1).forEach((second, i) => expect(second - at[i]!).toBeGreaterThanOrEqual(420));
      expect(at.length).toBeLessThanOrEqual(6);
    }
  });

  test('people are told once', () => {
    for (const { flown } of troubled) {
      expect(flown.decisions.filter(({ announceMiss }) => announceMiss).length).toBeLessThanOrEqual(1);
    }
  });
});
