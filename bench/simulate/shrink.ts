import type { Break } from './scenario-result.ts';
import type { Scenario } from './scenario.ts';

const FLIGHTS_MAX = 40;
const LISTS = ['faults', 'actors', 'jobs'] as const;

/** A scenario in which an invariant still breaks, with little beside what breaks it. */
export interface Shrunk {
  readonly scenario: Scenario;
  readonly found: Break;
}

/**
 * Takes out of a scenario whatever it breaks without: days, faults, people, jobs, one after the other, until nothing
 * more can go or the flights are spent.
 *
 * @param fly  flies a candidate; answers where the invariant broke, undefined when it held
 * @see Zeller, Hildebrandt: Simplifying and isolating failure-inducing input (2002), with single elements
 */
export async function shrinkScenario(
  scenario: Scenario,
  found: Break,
  fly: (candidate: Scenario) => Promise<Break | undefined>,
): Promise<Shrunk> {
  let best: Shrunk = { scenario, found };
  let flights = 0;
  const tried = async (candidate: Scenario): Promise<boolean> => {
    if (flights >= FLIGHTS_MAX) return false;
    flights += 1;
    const still = await fly(candidate);
    if (still !== undefined) best = { scenario: candidate, found: still };
    return still !== undefined;
  };
  const daysNeeded = Math.ceil((Date.parse(found.at) - Date.parse(scenario.startDate)) / 86_400_000);
  if (daysNeeded >= 1 && daysNeeded < scenario.days) await tried({ ...scenario, days: daysNeeded });
  for (let smaller = true; smaller;) {
    smaller = false;
    for (const list of LISTS)
      for (let i = best.scenario[list].length - 1; i >= 0; i -= 1)
        smaller = (await tried(without(best.scenario, list, i))) || smaller;
  }
  return best;
}

function without(scenario: Scenario, list: (typeof LISTS)[number], index: number): Scenario {
  const left = { ...scenario, [list]: scenario[list].filter((_, i) => i !== index) };
  const jobs = left.jobs.length === 0 ? scenario.jobs : left.jobs;
  const names = new Set(jobs.map(({ name }) => name));
  return { ...left, jobs, actors: left.actors.filter((actor) => isOf(actor, names)) };
}

/** Whether an actor deals with one of these jobs, or with all. */
function isOf(actor: Scenario['actors'][number], names: ReadonlySet<string>): boolean {
  return !('job' in actor) || actor.job === null || names.has(actor.job);
}
