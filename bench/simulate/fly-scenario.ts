import * as z from 'zod';
import { isoInstant, MILLISECONDS_PER_DAY } from '../../core/units.ts';
import type { TraceEntry } from '../../simulator/kernel/trace.ts';
import { Deeds } from './act.ts';
import { deployScenario, type DeployOptions } from './deploy-scenario.ts';
import { INVARIANTS } from './invariants/index.ts';
import { HOUR_MS, MINUTE_MS, type Invariant } from './invariants/invariant.ts';
import { leakedUsd, measureRuns, simulatedHours, type Strike } from './measure.ts';
import { Outages } from './observe/outages.ts';
import { Observed } from './observe/observed.ts';
import type { Break, ScenarioResult } from './scenario-result.ts';
import type { Scenario } from './scenario.ts';

const BUSY_TICK_MS = 5 * MINUTE_MS;
const CALM_TICK_MS = HOUR_MS;
/** After the last day, what is under way may land, and nets may catch what is left. */
const LANDING_MS = 36 * HOUR_MS;
const NETS_MS = 2 * HOUR_MS;
const TRACE_LINES = 60;
const LINE_CHARACTERS = 400;

export interface FlightOptions extends Omit<DeployOptions, 'prepare'> {
  readonly invariants?: readonly Invariant[];
  /** ends as soon as this invariant is broken: enough to know that it is */
  readonly untilBroken?: string;
  readonly onTrace?: (entry: TraceEntry) => void;
}

const FaultEntry = z.object({ kind: z.string(), dataSet: z.string().optional() });

/**
 * Lets a scenario happen and watches that every invariant holds all the while.
 *
 * @returns what came of it; each invariant is broken once at most, where it was broken first
 */
export async function flyScenario(scenario: Scenario, options: FlightOptions): Promise<ScenarioResult> {
  const { invariants = INVARIANTS, untilBroken, onTrace } = options;
  const strikes: Strike[] = [];
  const breaks: Break[] = [];
  const tail: TraceEntry[] = [];
  const broken = (invariant: string, atMs: number, facts: string): void => {
    if (breaks.some((each) => each.invariant === invariant)) return;
    breaks.push({ invariant, at: isoInstant(atMs), facts, trace: tail.map(lineOf) });
  };
  const seen: Observed[] = [];
  const deployed = await deployScenario(scenario, {
    ...options,
    prepare: (account) => {
      const observed = new Observed(account, new Outages(scenario.faults));
      seen.push(observed);
      observed.add({
        onTrace(entry) {
          onTrace?.(entry);
          if (!isRoutine(entry)) tail.push(entry);
          if (tail.length > TRACE_LINES) tail.shift();
          if (entry.kind === 'fault') strikes.push({ ...FaultEntry.parse(entry.detail), atMs: entry.atMs });
        },
      });
    },
  });
  const { account, jobs, limits } = deployed;
  const [observed] = seen;
  if (observed === undefined) throw new Error('Nobody watches.');
  try {
    for (const invariant of invariants)
      observed.add(
        invariant.watch({ observed, scenario, jobs, limits }, (facts) =>
          broken(invariant.name, observed.nowMs(), facts),
        ),
      );
    const deeds = new Deeds(scenario, deployed, observed);
    const over = () => untilBroken !== undefined && breaks.some((each) => each.invariant === untilBroken);
    await letHappen(scenario, observed, over).catch((error: unknown) =>
      broken('simulation-goes-on', observed.nowMs(), error instanceof Error ? error.message : String(error)),
    );
    const runs = measureRuns({ scenario, jobs, observed, strikes, stopped: deeds.stopped });
    return {
      seed: scenario.seed,
      simulatedHours: simulatedHours(scenario, observed.nowMs()),
      runs,
      faultsInjected: countKinds(strikes),
      breaks,
      costUsd: runs.reduce((sum, run) => sum + run.costUsd, 0),
      leakedUsd: leakedUsd(observed),
      traceHash: account.traceHash(),
    };
  } finally {
    await account.close();
  }
}

async function letHappen(scenario: Scenario, observed: Observed, over: () => boolean): Promise<void> {
  const untilMs = Date.parse(`${scenario.startDate}T00:00:00Z`) + scenario.days * MILLISECONDS_PER_DAY;
  const pass = async (limitMs: number): Promise<void> => {
    const tickMs = observed.nowMs() + (observed.busy() ? BUSY_TICK_MS : CALM_TICK_MS);
    await observed.account.runUntil(Math.min(tickMs, limitMs));
    observed.tick();
  };
  while (observed.nowMs() < untilMs && !over()) await pass(untilMs);
  const landedMs = untilMs + LANDING_MS;
  while (observed.busy() && observed.nowMs() < landedMs && !over()) await pass(landedMs);
  const caughtMs = observed.nowMs() + NETS_MS;
  while (observed.nowMs() < caughtMs && !over()) await pass(caughtMs);
  // schedules go on: what began meanwhile lands, too
  const lastMs = observed.nowMs() + LANDING_MS;
  while (observed.busy() && observed.nowMs() < lastMs && !over()) await pass(lastMs);
  if (!over()) observed.end();
}

function countKinds(strikes: readonly Strike[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of strikes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function lineOf({ atMs, kind, detail }: TraceEntry): string {
  return `${isoInstant(atMs)} ${kind} ${JSON.stringify(detail)}`.slice(0, LINE_CHARACTERS);
}

/** The passes of reaper and watch, which would soon be all that a trace ends with. */
function isRoutine({ detail }: TraceEntry): boolean {
  const { stateMachine = '', invocation = '', by = '' } = detail;
  return /reap|find-?leaked|watch/i.test(`${String(stateMachine)} ${String(invocation)} ${String(by)}`);
}
