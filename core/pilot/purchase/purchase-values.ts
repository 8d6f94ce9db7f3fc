import { AGE_CLASSES, type SpellChances } from './availability-record.ts';

/** Where a job may stand: what it runs on, and whether spot can be had. A job on spot has it. */
export const SITUATION = {
  idleWithSpot: 0,
  onSpot: 1,
  onDemandWithSpot: 2,
  idleWithoutSpot: 3,
  onDemandWithoutSpot: 4,
} as const;
export type Situation = (typeof SITUATION)[keyof typeof SITUATION];

const {
  idleWithSpot: IDLE_WITH,
  onSpot: ON_SPOT,
  onDemandWithSpot: ON_DEMAND_WITH,
  idleWithoutSpot: IDLE_WITHOUT,
  onDemandWithoutSpot: ON_DEMAND_WITHOUT,
} = SITUATION;
const CELL = Object.keys(SITUATION).length * AGE_CLASSES;
/** Costs of what cannot be done in time. */
const NEVER_USD = 1e9;

export interface PurchaseProblem {
  /** steps of work at most; a step is as long as a restart */
  readonly workSteps: number;
  /** steps to spare at most: time left less work left */
  readonly slackSteps: number;
  readonly spotUsdPerStep: number;
  readonly onDemandUsdPerStep: number;
}

/**
 * The least expected cost to finish a job by its deadline, for every amount of work left and of time to spare: a
 * stochastic dynamic programme over a pool that comes and goes. Working keeps the time to spare, waiting and each
 * restart (one step, paid for) spend it. With less than a restart to spare, nothing but on demand is left.
 *
 * @see Bellman, Dynamic Programming, 1957; for the problem, Wu et al., Can't Be Late, NSDI 2024
 */
export class PurchaseValues {
  readonly #problem: PurchaseProblem;
  readonly #costs: Float64Array;
  /** the same, one step of the pool later, for who has acted */
  readonly #later: Float64Array;

  constructor(problem: PurchaseProblem) {
    this.#problem = problem;
    const cells = (problem.workSteps + 1) * (problem.slackSteps + 1) * CELL;
    this.#costs = new Float64Array(cells);
    this.#later = new Float64Array(cells);
  }

  /**
   * Works the table out anew.
   *
   * @param had, lacked  chances of a step, for spells with and without spot
   * @param most  what is still left of work and of time to spare: nothing beyond will be asked for
   */
  solve(
    had: SpellChances,
    lacked: SpellChances,
    most: Pick<PurchaseProblem, 'workSteps' | 'slackSteps'>,
  ): void {
    const { workSteps, slackSteps } = this.#problem;
    const mostWork = Math.min(workSteps, Math.ceil(most.workSteps) + 1);
    const mostSlack = Math.min(slackSteps, Math.ceil(Math.max(most.slackSteps, 0)) + 1);
    for (let work = 1; work <= mostWork; work += 1) {
      for (let slack = 0; slack <= mostSlack; slack += 1) {
        this.#weigh(work, slack);
        this.#lookAhead(this.#at(work, slack), had, lacked);
      }
    }
  }

  /**
   * @param work  steps of work left
   * @param slack  steps to spare
   * @returns expected USD until the end; a huge number where the deadline cannot be kept
   */
  cost(work: number, slack: number, situation: Situation, ageClass: number): number {
    if (slack < 0) return NEVER_USD;
    if (work <= 0) return 0;
    const { workSteps, slackSteps } = this.#problem;
    const [w, s] = [Math.min(work, workSteps), Math.min(slack, slackSteps)];
    const [w0, s0] = [Math.floor(w), Math.floor(s)];
    const of = (steps: number, spare: number) =>
      this.#costs[
        this.#at(Math.min(steps, workSteps), Math.min(spare, slackSteps)) + situation * AGE_CLASSES + ageClass
      ] ?? NEVER_USD;
    const along = (spare: number) => of(w0, spare) + (w - w0) * (of(w0 + 1, spare) - of(w0, spare));
    const tight = along(s0);
    // Between a cell from which the deadline cannot be kept and one from which it can, it cannot.
    return tight >= NEVER_USD / 2 ? NEVER_USD : tight + (s - s0) * (along(s0 + 1) - tight);
  }

  #at(work: number, slack: number): number {
    return (work * (this.#problem.slackSteps + 1) + slack) * CELL;
  }

  /** The best of what can be done in each situation; waiting, and starting spot, must leave time for one more start. */
  #weigh(work: number, slack: number): void {
    const { spotUsdPerStep, onDemandUsdPerStep } = this.#problem;
    const costs = this.#costs;
    const later = this.#later;
    const here = this.#at(work, slack);
    const worked = this.#at(work - 1, slack);
    const waited = this.#at(work, slack - 1);
    const allOnDemand = work * onDemandUsdPerStep;
    for (let age = 0; age < AGE_CLASSES; age += 1) {
      const idle = slack < 2 ? NEVER_USD : at(later, waited, IDLE_WITH, age);
      const idleWithout = slack < 2 ? NEVER_USD : at(later, waited, IDLE_WITHOUT, age);
      const toSpot = slack < 2 ? NEVER_USD : spotUsdPerStep + at(later, waited, ON_SPOT, age);
      const toOnDemand = slack < 1 ? NEVER_USD : onDemandUsdPerStep + at(later, waited, ON_DEMAND_WITH, age);
      const toOnDemandWithout =
        slack < 1 ? NEVER_USD : onDemandUsdPerStep + at(later, waited, ON_DEMAND_WITHOUT, age);
      const spot = slack < 1 ? NEVER_USD : spotUsdPerStep + at(later, worked, ON_SPOT, age);
      const onDemand = onDemandUsdPerStep + at(later, worked, ON_DEMAND_WITH, age);
      const onDemandWithout = onDemandUsdPerStep + at(later, worked, ON_DEMAND_WITHOUT, age);
      costs[here + IDLE_WITH * AGE_CLASSES + age] = Math.min(idle, toSpot, toOnDemand);
      costs[here + ON_SPOT * AGE_CLASSES + age] = slack < 1 ? toOnDemand : spot;
      costs[here + ON_DEMAND_WITH * AGE_CLASSES + age] = Math.min(onDemand, allOnDemand, toSpot, idle);
      costs[here + IDLE_WITHOUT * AGE_CLASSES + age] = Math.min(idleWithout, toOnDemandWithout);
      costs[here + ON_DEMAND_WITHOUT * AGE_CLASSES + age] = Math.min(
        onDemandWithout,
        allOnDemand,
        idleWithout,
      );
    }
  }

  /** What a cell is worth to whoever arrives there one step of the pool later. */
  #lookAhead(cell: number, had: SpellChances, lacked: SpellChances): void {
    for (const [situation, spells, other] of TURNS) {
      const { ends, ages } = spells === 'had' ? had : lacked;
      const from = cell + situation * AGE_CLASSES;
      const turned = this.#costs[cell + other * AGE_CLASSES] ?? NEVER_USD;
      for (let age = 0; age < AGE_CLASSES; age += 1) {
        const same = this.#costs[from + age] ?? NEVER_USD;
        const older = this.#costs[from + Math.min(age + 1, AGE_CLASSES - 1)] ?? NEVER_USD;
        const stays = same + (ages[age] ?? 0) * (older - same);
        this.#later[from + age] = stays + (ends[age] ?? 0) * (turned - stays);
      }
    }
  }
}

/** A figure of a table; a function of the module, as a closure would be made anew for every cell. */
function at(table: Float64Array, cell: number, situation: Situation, age: number): number {
  return table[cell + situation * AGE_CLASSES + age] ?? NEVER_USD;
}

/** Into which situation each turns when its spell ends: a job on spot loses it. */
const TURNS: readonly (readonly [Situation, 'had' | 'lacked', Situation])[] = [
  [IDLE_WITH, 'had', IDLE_WITHOUT],
  [ON_SPOT, 'had', IDLE_WITHOUT],
  [ON_DEMAND_WITH, 'had', ON_DEMAND_WITHOUT],
  [IDLE_WITHOUT, 'lacked', IDLE_WITH],
  [ON_DEMAND_WITHOUT, 'lacked', ON_DEMAND_WITH],
];
