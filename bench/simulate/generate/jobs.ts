import type { Rng } from '../../../core/numerics/rng.ts';
import { scheduledTimes } from '../../../core/job/schedule.ts';
import { isoInstant, MILLISECONDS_PER_DAY } from '../../../core/units.ts';
import type { ScenarioJob } from '../scenario.ts';
import { between, chance, logBetween, oneOf, rounded, someOf, weighted, wholeBetween } from './draws.ts';

/** The runs of a scenario, all jobs together. */
const RUNS_MAX = 6;
/** The jobs of `palette/`: started by a schedule, by data that arrives, by a caller. */
const SCHEDULED: readonly string[] = ['orders', 'sessions', 'revenue'];
const ARRIVING = 'inventory';
const CALLED = 'scores';
const PALETTE = [...SCHEDULED, ARRIVING, CALLED];
/** Before the first step: EMR brings up a cluster in some minutes. */
const STARTUP_MINUTES = 8;
/** A miss can only be announced a quarter of an hour ahead where there is time to see it come. */
const SHORTEST_DEADLINE_MINUTES = 30;

/** The span of a scenario. */
export interface Span {
  readonly startDate: string;
  readonly days: number;
}

/** A job, the load it is usually given, and the work that its baseline fleet would have with it. */
export interface DrawnJob extends ScenarioJob {
  readonly typicalGib: number;
  readonly coreSecondsPerGib: number;
  /** of a run */
  readonly limitUsd: number;
  /** ISO 8601 instants of the runs that a schedule or a caller starts */
  readonly starts: readonly string[];
}

/** One to three jobs with at most six runs between them. */
export function drawJobs(rng: Rng, span: Span): DrawnJob[] {
  const count = weighted(rng, [
    [4, 1],
    [4, 2],
    [2, 3],
  ]);
  const jobs: DrawnJob[] = [];
  let runs = 0;
  for (const name of someOf(rng, PALETTE, count)) {
    const job = drawJob(rng, name, span, RUNS_MAX - runs);
    // what arrives is a run a day
    runs += name === ARRIVING ? span.days : job.starts.length;
    if (runs <= RUNS_MAX || jobs.length === 0) jobs.push(job);
  }
  return jobs;
}

function drawJob(rng: Rng, name: string, span: Span, runsLeft: number): DrawnJob {
  const typicalGib = rounded(logBetween(rng, 2, 24));
  const coreSecondsPerGib = Math.round(logBetween(rng, 150, 1200));
  const baseline = { instanceType: oneOf(rng, ['m5.xlarge', 'm6i.xlarge']), count: wholeBetween(rng, 2, 8) };
  const cores = baseline.count * 4;
  const typicalMinutes = rounded(2 + (typicalGib * coreSecondsPerGib) / cores / 60, 1);
  const start = SCHEDULED.includes(name) ? drawSchedule(rng, span, runsLeft) : null;
  const withinMinutes = Math.max(
    SHORTEST_DEADLINE_MINUTES,
    Math.round(STARTUP_MINUTES + typicalMinutes * weightedSlack(rng) + between(rng, 5, 20)),
  );
  const deadline = { withinMinutes };
  const calls = name === CALLED ? callsOf(rng, span, Math.min(3, Math.max(1, runsLeft))) : [];
  const { settings, limitUsd } = drawSettings(rng, name, start, deadline, { baseline, typicalMinutes });
  return {
    name,
    typicalGib,
    coreSecondsPerGib,
    limitUsd,
    starts: start === null ? calls : scheduledTimes({ start }, ...spanOf(span)),
    calls,
    settings,
  };
}

function drawSettings(
  rng: Rng,
  name: string,
  start: object | null,
  deadline: object,
  { baseline, typicalMinutes }: { baseline: { instanceType: string; count: number }; typicalMinutes: number },
) {
  const policies = drawPolicies(rng, name);
  const slo = { target: oneOf(rng, [0.8, 0.95, 0.99]), windowDays: 28 };
  const budget = drawBudget(rng, (typicalMinutes + STARTUP_MINUTES) * (baseline.count + 1));
  const settings = {
    ...(start === null ? {} : { start }),
    deadline,
    ...policies,
    slo,
    budget,
    capacity: {
      families: oneOf(rng, [
        ['m5', 'm6i', 'm6g'],
        ['m5', 'm5a', 'm6i', 'r5'],
      ]),
      maxNodes: wholeBetween(rng, 8, 24),
      spot: chance(rng, 0.85),
    },
    baseline: { ...baseline, typicalMinutes },
    maxAttempts: weighted(rng, [
      [1, 1],
      [3, 2],
      [2, 3],
    ]),
  };
  return { settings, limitUsd: budget.perRun.limitUsd };
}

/** How much longer than the baseline's usual time a run may take; below 1 no usual fleet makes it. */
function weightedSlack(rng: Rng): number {
  return weighted<() => number>(rng, [
    [0.4, () => between(rng, 0.3, 0.9)],
    [4, () => between(rng, 1.1, 2)],
    [3, () => between(rng, 2, 5)],
  ])();
}

/** @param nodeMinutes  what a usual run takes of nodes of about 0.24 USD an hour, fee included */
function drawBudget(rng: Rng, nodeMinutes: number) {
  const usualUsd = (nodeMinutes / 60) * 0.24;
  const limitUsd =
    usualUsd *
    weighted<() => number>(rng, [
      [0.4, () => between(rng, 0.05, 0.6)],
      [3, () => between(rng, 1.2, 2.5)],
      [4, () => between(rng, 3, 10)],
    ])();
  return {
    perRun: { targetUsd: rounded(limitUsd * 0.5, 4), limitUsd: rounded(limitUsd, 4) },
    ...(chance(rng, 0.25) ? { monthlyLimitUsd: rounded(limitUsd * between(rng, 0.5, 4), 4) } : {}),
  };
}

function drawPolicies(rng: Rng, name: string) {
  const marker = `s3://example-data/${name}/dt={{ run.previousDate }}/_SUCCESS`;
  const readiness = {
    markers: [marker],
    waitMinutes: wholeBetween(rng, 5, 40),
    onTimeout: oneOf(rng, ['run', 'skip', 'fail']),
  };
  return {
    ...(name !== ARRIVING && chance(rng, 0.6) ? { readiness } : {}),
    overlap: oneOf(rng, ['skip', 'queue']),
    autonomy: weighted(rng, [
      [8, 'auto'],
      [2, 'approve'],
      [0.5, 'advise'],
    ]),
  };
}

function drawSchedule(rng: Rng, { startDate, days }: Span, runsLeft: number) {
  const hour = wholeBetween(rng, 1, 5);
  const minute = oneOf(rng, [0, 7, 15, 30, 45]);
  const timeZone = oneOf(rng, ['UTC', 'Europe/Berlin', 'America/New_York']);
  const day = new Date(Date.parse(startDate) + wholeBetween(rng, 1, days - 1) * MILLISECONDS_PER_DAY);
  const [, month, dayOfMonth] = day.toISOString().slice(0, 10).split('-').map(Number);
  const cron = weighted(rng, [
    [runsLeft >= days ? 4 : 0, `${minute} ${hour} * * ? *`],
    [2, `${minute} ${hour} ${dayOfMonth} ${month} ? ${day.getUTCFullYear()}`],
    // so close together that the second may come while the first still flies
    [runsLeft >= 2 ? 2 : 0, `${minute % 30},${(minute % 30) + 25} ${hour} ${dayOfMonth} ${month} ? *`],
  ]);
  return { schedule: { cron, timeZone } };
}

function callsOf(rng: Rng, span: Span, count: number): string[] {
  const [from, until] = spanOf(span).map((at) => Date.parse(at));
  return Array.from({ length: count }, () =>
    isoInstant(
      Math.round(between(rng, (from ?? 0) + 3_600_000, (until ?? 0) - 12 * 3_600_000) / 1000) * 1000,
    ),
  ).sort();
}

function spanOf({ startDate, days }: Span): [string, string] {
  const fromMs = Date.parse(`${startDate}T00:00:00Z`);
  return [isoInstant(fromMs), isoInstant(fromMs + days * MILLISECONDS_PER_DAY)];
}
