/** Ages at which a spell's next class of age begins, ticks; a factor of four each. */
const AGE_CLASS_STARTS = [4, 16, 64, 256] as const;

/** How many classes of age a spell of availability or of its lack passes through. */
export const AGE_CLASSES = AGE_CLASS_STARTS.length + 1;

/** Chances of one step, by class of age. */
export interface SpellChances {
  /** that a spell of that age ends */
  readonly ends: Float64Array;
  /** that one that goes on grows into the next class */
  readonly ages: Float64Array;
}

/** @param ticks  how long a spell has lasted */
export function ageClassOf(ticks: number): number {
  const older = AGE_CLASS_STARTS.findIndex((start) => ticks < start);
  return older < 0 ? AGE_CLASSES - 1 : older;
}

/**
 * What has been seen of a pool: how long it could be had at a stretch, and how long not. Spells are heavy-tailed: one
 * that has lasted is likely to last, so hazards are counted by the spell's age.
 *
 * Before anything is seen, a spell that has lasted for some time is as likely as not to last as long again (Lindy's
 * law: hazard = 1 ÷ age, a Pareto tail of index one), worth a single spell's end in each class of age.
 */
export class AvailabilityRecord {
  readonly #ends = { had: new Float64Array(AGE_CLASSES), lacked: new Float64Array(AGE_CLASSES) };
  readonly #ticks = { had: new Float64Array(AGE_CLASSES), lacked: new Float64Array(AGE_CLASSES) };

  /**
   * Counts one tick of a spell.
   *
   * @param available  what the pool was
   * @param ageTicks  how long it had been so, this tick included
   * @param ended  the next tick was different
   */
  observe(available: boolean, ageTicks: number, ended: boolean): void {
    const spells = available ? 'had' : 'lacked';
    const age = ageClassOf(ageTicks);
    this.#ticks[spells][age] = (this.#ticks[spells][age] ?? 0) + 1;
    if (ended) this.#ends[spells][age] = (this.#ends[spells][age] ?? 0) + 1;
  }

  /**
   * Ends per tick of a spell of that class of age: the mean of a gamma posterior.
   *
   * @see Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6 (the gamma-Poisson model)
   */
  endsPerTick(available: boolean, ageClass: number): number {
    const spells = available ? 'had' : 'lacked';
    const ends = this.#ends[spells][ageClass] ?? 0;
    const ticks = this.#ticks[spells][ageClass] ?? 0;
    return (ends + 1) / (ticks + typicalAgeTicks(ageClass));
  }

  /** @param stepTicks  length of a step */
  chances(available: boolean, stepTicks: number): SpellChances {
    const classes = Array.from({ length: AGE_CLASSES }, (_, age) => age);
    return {
      ends: Float64Array.from(classes, (age) => 1 - Math.exp(-this.endsPerTick(available, age) * stepTicks)),
      ages: Float64Array.from(classes, (age) => Math.min(stepTicks / widthTicks(age), 1)),
    };
  }
}

function startTicks(ageClass: number): number {
  return AGE_CLASS_STARTS[ageClass - 1] ?? 1;
}

/** The geometric middle of a class; the last one has no end and is taken as wide as the others, by its factor. */
function typicalAgeTicks(ageClass: number): number {
  const from = startTicks(ageClass);
  return Math.sqrt(from * (AGE_CLASS_STARTS[ageClass] ?? 4 * from));
}

function widthTicks(ageClass: number): number {
  const until = AGE_CLASS_STARTS[ageClass];
  return until === undefined ? Number.POSITIVE_INFINITY : until - (AGE_CLASS_STARTS[ageClass - 1] ?? 0);
}
