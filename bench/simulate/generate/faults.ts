import type { Rng } from '../../../core/numerics/rng.ts';
import { epochMilliseconds, isoInstant } from '../../../core/units.ts';
import type { FaultInput } from '../../../simulator/faults.ts';
import { FAULT_ROWS, type FaultKind } from '../../../simulator/faults/catalogue.ts';
import { COMPUTE_ROWS } from '../../../simulator/faults/compute-rows.ts';
import { EMR_ROWS } from '../../../simulator/faults/emr-rows.ts';
import { SPARK_ROWS } from '../../../simulator/faults/spark-rows.ts';
import { between, chance, oneOf, rounded, weighted, wholeBetween } from './draws.ts';
import type { Span } from './jobs.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What faults are drawn around. */
export interface Occasions {
  readonly dataSets: readonly string[];
  /** ISO 8601 instants of the runs that a schedule or a caller starts */
  readonly starts: readonly string[];
}

/** What a fault of some kind is like, without when it is. */
type Recipe = (rng: Rng, occasions: Occasions) => Omit<FaultInput, 'kind' | 'from' | 'until'>;

const SERVICES = ['dynamodb', 's3', 'emr', 'sfn', 'sns', 'ec2', 'lambda', 'cloudwatch', 'pricing'];
const ROLES = ['*admit*', '*launch*', '*look*', '*release*', '*report*', '*find*', '*'];
const EMR_OPERATIONS = ['RunJobFlow', 'DescribeCluster', 'ListClusters', 'TerminateJobFlows', '*'];
const MACHINES = ['flarepath-run-job', 'flarepath-fly', 'flarepath-release', '*'];

/** Some requests of a service, an operation or a caller; or the one that launches a cluster. */
const request: Recipe = (rng) =>
  weighted<() => Omit<FaultInput, 'kind'>>(rng, [
    [3, () => ({ match: { service: oneOf(rng, SERVICES) }, probability: oneOf(rng, [0.05, 0.2, 0.5]) })],
    [2, () => ({ match: { service: 'emr', operation: oneOf(rng, EMR_OPERATIONS) }, probability: 0.5 })],
    [2, () => ({ match: { principal: oneOf(rng, ROLES) }, probability: 0.2 })],
    [1, () => ({ match: { service: 'emr', operation: 'RunJobFlow' }, times: 1 })],
  ])();

/** An execution somewhere on its way: in whatever state the draw finds it. */
const execution: Recipe = (rng) => ({
  match: { stateMachine: oneOf(rng, MACHINES), moment: oneOf(rng, ['enter', 'exit']) },
  probability: oneOf(rng, [0.05, 0.2, 1]),
  times: oneOf(rng, [1, 1, 2]),
});

/** An invocation of some function. */
const invocation: Recipe = (rng) => ({
  probability: oneOf(rng, [0.05, 0.3]),
  times: wholeBetween(rng, 1, 5),
});

/** Once to three times, wherever it can strike first. */
const few: Recipe = (rng) => ({ times: wholeBetween(rng, 1, 3) });

const FORMS_OF_DAMAGE = ['late', 'empty', 'doubled', 'corrupt', 'schema-changed'];

/** Kinds that are worth more than striking where they first can. */
const RECIPES: Readonly<Partial<Record<FaultKind, Recipe>>> = {
  throttle: request,
  'server-error': request,
  reset: request,
  'lost-response': request,
  latency: (rng, occasions) => ({
    ...request(rng, occasions),
    with: { seconds: oneOf(rng, [1, 10, 40, 100]) },
  }),
  'insufficient-capacity': (rng) => ({
    match: oneOf<Record<string, string>>(rng, [
      { market: 'spot' },
      { zone: 'us-east-1a' },
      { instanceType: 'm5.*' },
      {},
    ]),
  }),
  'step-failure': (rng) => ({ times: oneOf(rng, [1, 1, 3]), with: { share: rounded(between(rng, 0, 1)) } }),
  // asked every minute for each pool
  reclaim: (rng) => ({ probability: 0.5, times: wholeBetween(rng, 1, 3) }),
  'stale-read': () => ({ probability: 0.5 }),
  'conditional-failure': (rng) => ({ probability: 0.2, times: wholeBetween(rng, 1, 4) }),
  'throttled-partition': (rng) => ({
    match: { key: oneOf(rng, ['RUN#*', 'JOB#*', 'CLUSTER#*', '*']) },
    probability: oneOf(rng, [0.2, 0.6]),
  }),
  'listing-lag': (rng) => ({ with: { seconds: oneOf(rng, [30, 100, 200]) } }),
  'duplicate-delivery': (rng) => ({
    match: { source: oneOf(rng, ['scheduler', 'eventbridge', 'lambda', '*']) },
    probability: oneOf(rng, [0.3, 1]),
  }),
  'clock-skew': (rng) => ({ probability: 0.4, with: { seconds: wholeBetween(rng, -240, 240) } }),
  'lost-schedule': (rng) => ({ match: { schedule: oneOf(rng, ['*reap', '*']) }, times: 2 }),
  'late-schedule': (rng) => ({ times: 2, with: { seconds: oneOf(rng, [60, 600, 1500]) } }),
  'execution-timeout': execution,
  'execution-aborted': execution,
  'data-limit-exceeded': execution,
  'history-exhausted': execution,
  'function-timeout': (rng, occasions) => ({
    ...invocation(rng, occasions),
    with: { when: oneOf(rng, ['before', 'after']) },
  }),
  'function-out-of-memory': (rng, occasions) => ({
    ...invocation(rng, occasions),
    with: { when: oneOf(rng, ['before', 'after']) },
  }),
  'function-throttled': invocation,
  'bad-data': (rng, occasions) => ({
    match: { dataSet: oneOf(rng, occasions.dataSets) },
    with: { form: oneOf(rng, FORMS_OF_DAMAGE) },
    times: 1,
  }),
};

/**
 * What a delivery is damaged by when it is written, long before the run that reads it; and what only finds the flights
 * that are large enough for a task fleet on spot.
 */
const OF_DAYS: readonly FaultKind[] = ['bad-data', 'reclaim'];

/**
 * Kinds that befall a run at one point of its way, a few times at most: their window holds a whole flight, or most
 * would never strike.
 */
const OF_A_FLIGHT: ReadonlySet<string> = new Set([
  ...Object.keys(SPARK_ROWS),
  ...Object.keys(EMR_ROWS).filter((kind) => kind !== 'insufficient-capacity'),
  ...Object.keys(COMPUTE_ROWS).filter((kind) => /token|execution|limit|history/.test(kind)),
]);
const FLIGHT_MINUTES = 240;

/** A kind that has no occasion unless another strikes: only a flight that is slowed down is resized. */
const OCCASIONS: Readonly<Partial<Record<FaultKind, Omit<FaultInput, 'from' | 'until'>>>> = {
  'stuck-resize': { kind: 's3-slow-down', with: { factor: 4 } },
};

/**
 * None in a fifth of the scenarios; else one to four, around the runs, none longer than some hours.
 *
 * @param turn  a number that goes on from scenario to scenario: the first fault's kind goes through the whole catalogue
 */
export function drawFaults(rng: Rng, occasions: Occasions, span: Span, turn: number): FaultInput[] {
  const count = weighted(rng, [
    [2, 0],
    [3, 1],
    [2, 2],
    [2, 3],
    [1, 4],
  ]);
  const kinds = Object.keys(FAULT_ROWS).filter(isKind);
  return Array.from({ length: count }).flatMap((_, index) => {
    const drawn = oneOf(rng, kinds);
    const kind = index === 0 ? (kinds[turn % kinds.length] ?? drawn) : drawn;
    const recipe = RECIPES[kind] ?? few;
    const fault = recipe(rng, occasions);
    const round = Math.floor(turn / kinds.length);
    if (index === 0 && kind === 'bad-data')
      fault.with = { form: FORMS_OF_DAMAGE[round % FORMS_OF_DAMAGE.length] };
    const window = drawWindow(rng, kind, occasions.starts, span);
    const occasion = OCCASIONS[kind];
    return [{ kind, ...fault, ...window }, ...(occasion ? [{ ...occasion, ...window }] : [])];
  });
}

/** Days of a world that are given faults together, as many as a drawn scenario has. */
const DAYS_TOGETHER = 3;

/**
 * Faults all along the days of a given world: for each three of them what a drawn scenario of as many days is given.
 *
 * @param turn  a number that goes on from seed to seed
 */
export function drawFaultsAlong(
  rng: Rng,
  { dataSets, starts }: Occasions,
  { startDate, days }: Span,
  turn: number,
): FaultInput[] {
  const count = Math.ceil(days / DAYS_TOGETHER);
  return Array.from({ length: count }).flatMap((_, index) => {
    const from = isoInstant(epochMilliseconds(`${startDate}T00:00:00Z`) + index * DAYS_TOGETHER * DAY_MS);
    const until = isoInstant(epochMilliseconds(from) + DAYS_TOGETHER * DAY_MS);
    const within = { dataSets, starts: starts.filter((at) => at >= from && at < until) };
    const span = { startDate: from.slice(0, 10), days: DAYS_TOGETHER };
    return drawFaults(rng, within, span, turn * count + index);
  });
}

function drawWindow(rng: Rng, kind: FaultKind, starts: readonly string[], { startDate, days }: Span) {
  const dayMs = epochMilliseconds(`${startDate}T00:00:00Z`) + Math.floor(rng() * (days - 1)) * DAY_MS;
  if (OF_DAYS.includes(kind)) return { from: isoInstant(dayMs), until: isoInstant(dayMs + 2 * DAY_MS) };
  const aroundMs =
    starts.length > 0 && chance(rng, 0.9)
      ? epochMilliseconds(oneOf(rng, starts))
      : dayMs + 4 * 60 * MINUTE_MS;
  const fromMs = aroundMs + Math.round(between(rng, -10, OF_A_FLIGHT.has(kind) ? 0 : 15) * MINUTE_MS);
  const drawnMinutes = weighted(rng, [
    [3, 10],
    [3, 40],
    [1, 150],
  ]);
  const minutes = OF_A_FLIGHT.has(kind) ? FLIGHT_MINUTES : drawnMinutes;
  return { from: isoInstant(fromMs), until: isoInstant(fromMs + minutes * MINUTE_MS) };
}

function isKind(text: string): text is FaultKind {
  return Object.hasOwn(FAULT_ROWS, text);
}
