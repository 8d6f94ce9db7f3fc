import type { InputManifest } from '../contracts/input-manifest.ts';
import type { ForecastBasis, LoadForecast, LoadPoint } from '../contracts/load-forecast.ts';
import { contentHash } from '../numerics/content-hash.ts';
import { epochMilliseconds } from '../units.ts';
import type { LoadRequest } from './forecast-load.ts';

const VERSION_DIGITS = 12;

/** All that a forecast rests on, in brief: what a plan's load version names, and what repeats the forecast. */
export function forecastBasis(request: LoadRequest, { method }: Pick<LoadForecast, 'method'>): ForecastBasis {
  const { job, scheduledAt, manifest, history, similar, declaredBytes, timeZone, holidays } = request;
  return {
    job,
    forScheduledAt: scheduledAt,
    method,
    ...counted(manifest),
    declaredBytes,
    timeZone,
    holidays: [...holidays],
    history: history.map(brief),
    similar: similar.map((other) => ({ job: other.job, history: other.points.map(brief) })),
  };
}

/** A forecast's version: `load-`, its method, and a hash of its basis. */
export function forecastVersion(basis: ForecastBasis): string {
  return `load-${basis.method}-${contentHash(basis).slice(0, VERSION_DIGITS)}`;
}

function counted(manifest: InputManifest | null): Pick<ForecastBasis, 'countedBytes' | 'countComplete'> {
  if (manifest === null) return { countedBytes: null, countComplete: null };
  return { countedBytes: manifest.sizeBytes, countComplete: manifest.complete };
}

function brief({ scheduledAt, inputBytes }: LoadPoint): [number, number] {
  return [epochMilliseconds(scheduledAt), inputBytes];
}
