import type { ClusterView } from '../../../core/contracts/cluster.ts';
import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { PilotDecision } from '../../../core/contracts/flight.ts';
import { lognormalQuantiles } from '../../../core/numerics/lognormal-quantiles.ts';
import { normalQuantile } from '../../../core/numerics/normal-quantile.ts';
import type { Rng } from '../../../core/numerics/rng.ts';
import { decide } from '../../../core/pilot/decide.ts';
import { after, plan as hourPlan, situationAt, start } from './flights.ts';

/** Share of work done by share of the total time gone. */
export type Curve = (share: number) => number;

const through =
  (...points: [share: number, done: number][]): Curve =>
  (share) => {
    const all: [number, number][] = [[0, 0], ...points, [1, 1]];
    const i = Math.max(
      1,
      all.findIndex(([at]) => at >= share),
    );
    const [x0, y0] = all[i - 1]!;
    const [x1, y1] = all[i]!;
    return x1 === x0 ? y1 : y0 + ((share - x0) / (x1 - x0)) * (y1 - y0);
  };

const between = (rng: Rng, low: number, high: number) => low + rng() * (high - low);

export const curves: Record<string, (rng: Rng) => Curve> = {
  linear: () => through(),
  'slow start': (rng) => through([between(rng, 0.05, 0.2), 0]),
  'skewed tail': (rng) => through([between(rng, 0.7, 0.85), 0.9]),
  stall: (rng) => {
    const done = between(rng, 0.2, 0.7);
    const length = between(rng, 0.1, 0.2);
    return through([done * (1 - length), done], [done * (1 - length) + length, done]);
  },
  stages: (rng) => {
    const speeds = Array.from({ length: 4 }, () => between(rng, 0.5, 1.5));
    const sum = speeds.reduce((all, speed) => all + speed, 0);
    let done = 0;
    return through(
      ...speeds.slice(0, 3).map((speed, i): [number, number] => [(i + 1) / 4, (done += speed / sum)]),
    );
  },
};

export interface Course {
  readonly curve: Curve;
  /** planned median and true runtime on planned capacity */
  readonly plannedSeconds: number;
  readonly planLogSpread: number;
  readonly trueSeconds: number;
  readonly deadlineSeconds: number;
  /** from this second on so many of the 64 spot and core vCPUs are gone and do not come back by themselves */
  readonly loss?: { readonly atSecond: number; readonly units: number };
  /** on-demand nodes that are asked for never come */
  readonly noCapacity?: boolean;
  /** nothing reports progress */
  readonly blind?: boolean;
}

export interface Flown {
  readonly decisions: PilotDecision[];
  readonly late: boolean;
  readonly endSeconds: number;
  readonly runtimeSeconds: number;
  readonly announcedAtSecond: number | null;
  readonly resizes: number;
}

const START_UP_SECONDS = 420;
const PROVISIONED_SECONDS = 360;
const TASKS = 300;

/** Draws how long a run truly takes when its plan is calibrated: lognormal around the planned median. */
export function drawn(rng: Rng, medianSeconds: number, logSpread: number): number {
  return medianSeconds * Math.exp(logSpread * normalQuantile(between(rng, 0.001, 0.999)));
}

/** Flies a run with the pilot at the controls, second by second in steps of ten, until its work is done. */
export function fly(course: Course): Flown {
  const plan: FleetPlan = {
    ...hourPlan,
    forecast: {
      ...hourPlan.forecast,
      runtimeSeconds: lognormalQuantiles(course.plannedSeconds, course.planLogSpread),
    },
  };
  const decisions: PilotDecision[] = [];
  const task = { targetOnDemandUnits: 0, targetSpotUnits: 56, runningOnDemandUnits: 0, runningSpotUnits: 56 };
  let arrivesAt = Number.POSITIVE_INFINITY;
  let worked = 0;
  let nextLook = START_UP_SECONDS + 60;
  let second = START_UP_SECONDS + 60;
  for (; worked < course.trueSeconds && second < 40 * 3600; second += 10) {
    if (course.loss !== undefined && second >= course.loss.atSecond) {
      task.runningSpotUnits = Math.min(task.runningSpotUnits, 56 - course.loss.units);
    }
    if (second >= arrivesAt && course.noCapacity !== true)
      task.runningOnDemandUnits = task.targetOnDemandUnits;
    if (second >= arrivesAt && course.noCapacity !== true && task.targetSpotUnits > 56) {
      task.runningSpotUnits += task.targetSpotUnits - 56;
      task.targetSpotUnits = 56;
    }
    if (second >= nextLook) {
      const share = Math.min(worked / course.trueSeconds, 1);
      const done = Math.floor(course.curve(share) * TASKS) / TASKS;
      const reported = course.blind === true ? null : done;
      const decision = PilotDecision.parse(lookAt(second, reported, plan, course, task, decisions));
      decisions.push(decision);
      if (decision.action.kind === 'resize') {
        task.targetOnDemandUnits = decision.action.taskOnDemandUnits;
        task.targetSpotUnits = decision.action.taskSpotUnits;
        arrivesAt = second + PROVISIONED_SECONDS;
      }
      nextLook = second + decision.nextLookSeconds;
    }
    const share = (8 + task.runningOnDemandUnits + task.runningSpotUnits) / 64;
    worked += 10 * (share <= 1 ? share : share ** 0.8);
  }
  const announced = decisions.find(({ announceMiss }) => announceMiss);
  return {
    decisions,
    late: second > course.deadlineSeconds,
    endSeconds: second,
    runtimeSeconds: second - START_UP_SECONDS,
    announcedAtSecond:
      announced === undefined ? null : (Date.parse(announced.decidedAt) - Date.parse(start)) / 1000,
    resizes: decisions.filter(({ action }) => action.kind === 'resize').length,
  };
}

function lookAt(
  second: number,
  done: number | null,
  plan: FleetPlan,
  course: Course,
  task: Partial<ClusterView['fleets'][number]>,
  decisions: readonly PilotDecision[],
): PilotDecision {
  const situation = situationAt(second / 60, done, {
    plan,
    task: { ...task },
    deadlineMinutes: course.deadlineSeconds / 60,
    previous: decisions.at(-1) ?? null,
    look: decisions.length,
  });
  const began = after(START_UP_SECONDS / 60);
  const steps = situation.view.steps.map((step) => ({
    ...step,
    state: 'RUNNING' as const,
    startedAt: began,
  }));
  return decide({ ...situation, view: { ...situation.view, state: 'RUNNING', steps } });
}

/** Whether people were told at least 15 minutes and a fifth of the runtime before the deadline. */
export function toldInTime(flown: Flown, course: Course): boolean {
  if (flown.announcedAtSecond === null) return false;
  const lead = Math.max(900, 0.2 * flown.runtimeSeconds);
  return flown.announcedAtSecond <= course.deadlineSeconds - lead;
}
