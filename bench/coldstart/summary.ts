/** What a function weighs and how it begins. */
export interface Started {
  readonly name: string;
  /** minified, the SDK left out, WebAssembly not counted */
  readonly kilobytes: number;
  readonly wasmKilobytes: number;
  /** ms of processor time */
  readonly importMs: number;
  /** ms of processor time up to AWS's first answer; null: no scenario invoked the function */
  readonly firstCallMs: number | null;
}

export interface Measurements {
  readonly functions: readonly Started[];
  readonly baseline: Started;
  readonly baselineWithSdkKilobytes: number;
  readonly planPeakMib: number;
}

/** What --json says. */
export interface Summary {
  readonly suite: 'coldstart';
  readonly functions: readonly (Started & { readonly planning: boolean })[];
  readonly baseline: Started & { readonly withSdkKilobytes: number };
  readonly planPeakMib: number;
  readonly planMemoryMib: number;
  readonly overWeight: readonly string[];
  readonly slow: readonly string[];
}

export const MOST_KILOBYTES = 150;
export const MOST_PLANNING_KILOBYTES = 500;
export const MOST_IMPORT_MS = 150;
/** What Lambda gives a function unless it asks. */
const PLAN_MEMORY_MIB = 512;

/** Functions that forecast, survey, size, or fit a model of runtimes. */
const PLANNING = new Set([
  'forecast-load',
  'survey-market',
  'plan-fleet',
  'warn-of-miss',
  'size-flight',
  'collect-run',
  'learn-from-run',
]);
const DIGITS = 1;

export function summarise(measured: Measurements): Summary {
  const functions = measured.functions.map((each) => ({
    ...figuresOf(each),
    planning: PLANNING.has(each.name),
  }));
  const most = (planning: boolean) => (planning ? MOST_PLANNING_KILOBYTES : MOST_KILOBYTES);
  const namesOf = (some: typeof functions) => some.map(({ name }) => name);
  return {
    suite: 'coldstart',
    functions,
    baseline: {
      ...figuresOf(measured.baseline),
      withSdkKilobytes: rounded(measured.baselineWithSdkKilobytes),
    },
    planPeakMib: rounded(measured.planPeakMib),
    planMemoryMib: PLAN_MEMORY_MIB,
    overWeight: namesOf(functions.filter(({ kilobytes, planning }) => kilobytes > most(planning))),
    slow: namesOf(functions.filter(({ importMs }) => importMs > MOST_IMPORT_MS)),
  };
}

function figuresOf({ name, kilobytes, wasmKilobytes, importMs, firstCallMs }: Started): Started {
  return {
    name,
    kilobytes: rounded(kilobytes),
    wasmKilobytes: rounded(wasmKilobytes),
    importMs: rounded(importMs),
    firstCallMs: firstCallMs === null ? null : rounded(firstCallMs),
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}
