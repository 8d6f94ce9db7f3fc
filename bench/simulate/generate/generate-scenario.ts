import { seededRng } from '../../../core/numerics/rng.ts';
import { Scenario } from '../scenario.ts';
import { drawActors } from './actors.ts';
import { drawFaults } from './faults.ts';
import { drawJobs } from './jobs.ts';
import { drawLimits, drawQuotas } from './limits.ts';
import { drawStartDate, drawWorld } from './world.ts';

/**
 * The scenario of a seed. Each part draws from a stream of its own, so that a new kind of fault changes no world.
 *
 * @param seed  any whole number; the same gives the same scenario
 * @param days  simulated days, at least 2
 */
export function generateScenario(seed: number, days: number): Scenario {
  const stream = (part: string) => seededRng(`scenario ${seed} ${part}`);
  const startDate = drawStartDate(stream('date'));
  const span = { startDate, days };
  const jobs = drawJobs(stream('jobs'), span);
  const occasions = { dataSets: jobs.map(({ name }) => name), starts: jobs.flatMap(({ starts }) => starts) };
  return Scenario.parse({
    seed: String(seed),
    startDate,
    days,
    world: { ...drawWorld(stream('world'), jobs), quotas: drawQuotas(stream('quotas')) },
    jobs: jobs.map(({ name, settings, calls }) => ({ name, settings, calls })),
    limits: drawLimits(stream('limits'), jobs),
    faults: drawFaults(stream('faults'), occasions, span, seed),
    actors: drawActors(stream('actors'), jobs),
  });
}
