import * as z from 'zod';
import { scheduledTimes } from '../../core/job/schedule.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import { epochMilliseconds, isoInstant, MILLISECONDS_PER_DAY } from '../../core/units.ts';
import { readWorldFile } from '../../simulator/world/world-file.ts';
import { jobsIn } from './deploy-scenario.ts';
import { drawFaultsAlong } from './generate/faults.ts';
import { generateScenario } from './generate/generate-scenario.ts';
import { POLICY_NAMES } from './policies/policy.ts';
import { Scenario } from './scenario.ts';

/** What a worker needs to fly any seed: the same for all of them. */
export const Request = z.strictObject({
  assemblyDirectory: z.string(),
  days: z.number().int().positive(),
  effort: z.enum(['fast', 'full']),
  policy: z.enum(POLICY_NAMES),
  faults: z.enum(['catalogue', 'none']),
  /** passes of schedules are carried out also where they would do nothing */
  everyPass: z.boolean(),
  /** text and name of a world file; null: each seed has a world of its own */
  world: z.strictObject({ name: z.string(), text: z.string() }).nullable(),
});
export type Request = z.infer<typeof Request>;

/** The scenario of a seed: drawn, or the given world with every job that is deployed. */
export function scenarioOf(request: Request, seed: number): Scenario {
  const { world, days, faults, assemblyDirectory } = request;
  if (world === null) {
    const drawn = generateScenario(seed, days);
    return faults === 'none' ? { ...drawn, faults: [] } : drawn;
  }
  const { startDate, ...parameters } = readWorldFile(world.text, world.name);
  const jobs = jobsIn(assemblyDirectory);
  const from = `${startDate}T00:00:00Z`;
  const until = isoInstant(epochMilliseconds(from) + days * MILLISECONDS_PER_DAY);
  const occasions = {
    dataSets: parameters.dataSets.map(({ name }) => name),
    starts: jobs.flatMap((job) => scheduledTimes(job, from, until)),
  };
  const rng = seededRng(`world ${seed} faults`);
  return Scenario.parse({
    seed: String(seed),
    startDate,
    days,
    world: parameters,
    jobs: jobs.map(({ name }) => ({ name })),
    faults: faults === 'none' ? [] : drawFaultsAlong(rng, occasions, { startDate, days }, seed),
  });
}
