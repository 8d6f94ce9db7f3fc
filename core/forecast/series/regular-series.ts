/** Values at equal steps, and what is believed of their seasons. */
export interface RegularSeries {
  /** oldest first, finite; a gap holds what fillGaps put there */
  readonly values: Float64Array;
  /** 1 where a value was seen, 0 where it was filled in */
  readonly observed: Uint8Array;
  /** season lengths in steps, ascending, each at least 2; may be empty */
  readonly periodsSteps: readonly number[];
  /** how many steps make a day; 1 for longer ones, and when left out */
  readonly stepsPerDay?: number;
}

/**
 * One way to forecast: what it would have said at each cut, knowing only the values before it.
 *
 * @param cuts  ascending positions; a forecast at cut c uses values[0..c)
 * @param horizonSteps  how many values to forecast, at least 1
 * @returns for each cut horizonSteps values; null where too little lies before it, or too much to be worth it
 */
export type Forecaster = (
  series: RegularSeries,
  cuts: readonly number[],
  horizonSteps: number,
) => readonly (Float64Array | null)[];

/** A forecaster with the name that reasons and reports show. */
export interface Member {
  readonly name: string;
  readonly forecast: Forecaster;
}
