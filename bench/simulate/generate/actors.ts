import type { Rng } from '../../../core/numerics/rng.ts';
import { epochMilliseconds, isoInstant } from '../../../core/units.ts';
import type { Actor } from '../scenario.ts';
import { between, chance, oneOf, rounded, weighted } from './draws.ts';
import type { DrawnJob } from './jobs.ts';

const MINUTE_MS = 60_000;

/** What people do in a scenario: mostly nothing but answer when they are asked. */
export function drawActors(rng: Rng, jobs: readonly DrawnJob[]): Actor[] {
  const actors: Actor[] = [];
  for (const { name, starts } of jobs) {
    if (chance(rng, 0.7)) {
      const afterMinutes = rounded(between(rng, 0.5, 20), 1);
      actors.push({ kind: 'answer', job: name, approved: chance(rng, 0.75), afterMinutes });
    }
    if (starts.length > 0 && chance(rng, 0.2)) {
      const scheduledAt = oneOf(rng, starts);
      const at = isoInstant(epochMilliseconds(scheduledAt) + Math.round(between(rng, 0, 90) * MINUTE_MS));
      actors.push({ kind: 'start-again', job: name, scheduledAt, at });
    }
    if (starts.length > 0 && chance(rng, 0.15)) {
      actors.push({
        kind: 'stop-execution',
        job: name,
        scheduledAt: oneOf(rng, starts),
        afterMinutes: rounded(between(rng, 0.05, 40)),
        then: weighted(rng, [
          [2, 'nothing'],
          [1, 'redrive'],
          [1, 'start'],
        ]),
        thenAfterMinutes: rounded(between(rng, 0.2, 20)),
      });
    }
  }
  return actors;
}
