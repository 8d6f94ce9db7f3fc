import type { PilotDecision } from '../contracts/flight.ts';
import { secondsBetween } from '../units.ts';
import type { Sightings } from './match-watch-rules.ts';

/**
 * For how long a flight has been short of what was asked for, as its pilot saw it. While a cluster starts it always is,
 * and whoever launched it watches over that: it counts once the first step works.
 */
export function figuresOfResize({ decidedAt, track }: PilotDecision): Sightings['figures'] {
  const shortSince = track?.shortSince ?? null;
  if (track === undefined || shortSince === null) return {};
  // none of the work began: no step did, or all of it began anew
  if (track.workedSeconds === 0) return {};
  return { unitsMissing: 1, resizingSeconds: secondsBetween(shortSince, decidedAt) };
}
