import type { Rng } from '../../../core/numerics/rng.ts';
import { epochMilliseconds, isoInstant } from '../../../core/units.ts';
import type { Actor } from '../scenario.ts';
import { between, chance, oneOf, rounded, weighted } from './draws.ts';
import type { DrawnJob } from './jobs.ts';

const MINUTE_MS = 60_000;

/** What people do in a scenario: mostly nothing but answer when they are asked. */
export function drawActors(rng: Rng, jobs: readonly DrawnJob[]): Actor[] {
  const actors: Actor[] = drawControl(rng, jobs);
  if (chance(rng, 0.1)) {
    const [afterMinutes, forMinutes] = [rounded(between(rng, 0, 30)), rounded(between(rng, 5, 90))];
    actors.push({ kind: 'other-deployment', afterMinutes, forMinutes });
  }
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

/** Now and then people stop everything, or a job, around one of its starts. */
function drawControl(rng: Rng, jobs: readonly DrawnJob[]): Actor[] {
  const { name, starts } = oneOf(rng, jobs);
  if (starts.length === 0) return [];
  const fromMs = epochMilliseconds(oneOf(rng, starts)) + Math.round(between(rng, -60, 30) * MINUTE_MS);
  const later = (least: number, most: number) =>
    isoInstant(fromMs + Math.round(between(rng, least, most) * MINUTE_MS));
  return weighted<() => Actor[]>(rng, [
    [9, () => []],
    [
      1,
      () => [
        {
          kind: 'kill-switch',
          from: isoInstant(fromMs),
          until: later(20, 240),
          release: chance(rng, 0.5),
        },
      ],
    ],
    [
      1,
      () => [
        {
          kind: 'pause',
          job: chance(rng, 0.7) ? name : null,
          from: isoInstant(fromMs),
          until: later(30, 400),
          resumedAt: chance(rng, 0.4) ? later(10, 30) : null,
        },
      ],
    ],
  ])();
}
