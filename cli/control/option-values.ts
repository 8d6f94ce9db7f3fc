import { InvalidInputError } from '../../core/errors.ts';
import { isoInstant, MILLISECONDS_PER_DAY } from '../../core/units.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const RUN = /^([a-z][a-z0-9-]{1,38}[a-z0-9])@(.+)$/;
const REASON_LENGTH = 300;

/**
 * An instant to come.
 *
 * @param withinDays  how far ahead it may lie
 * @returns ISO 8601, UTC
 */
export function futureInstant(option: string, text: string, now: Date, withinDays: number): string {
  const epochMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  const latest = now.getTime() + withinDays * MILLISECONDS_PER_DAY;
  if (epochMs > now.getTime() && epochMs <= latest) return isoInstant(epochMs);
  throw new InvalidInputError(
    `${option}: found ${text}, allowed: an instant with its zone after now and until ${isoInstant(latest)}, such as ${isoInstant(now.getTime() + MILLISECONDS_PER_DAY)}.`,
  );
}

/** A positive number; null when the option is not given. */
export function positiveNumber(option: string, text: string | undefined, whole = false): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value) && (!whole || Number.isInteger(value))) return value;
  throw new InvalidInputError(
    `${option}: found ${text}, allowed: a ${whole ? 'whole ' : ''}number above 0, such as ${whole ? '20' : '12.50'}.`,
  );
}

/** One job, or (null) all of them. */
export function oneOrAll(job: string | undefined, all: boolean | undefined, name = '--all'): string | null {
  if (job !== undefined && all !== true) return job;
  if (job === undefined && all === true) return null;
  const found = job === undefined ? 'neither' : 'both';
  throw new InvalidInputError(`Found ${found}, allowed: the name of a job, or ${name}. Give one of them.`);
}

/** A run by its key, e.g. `orders@2026-01-05T01:00:00.000Z`. */
export function runNamed(text: string): { job: string; scheduledAt: string } {
  const [, job, instant = ''] = RUN.exec(text) ?? [];
  const epochMs = INSTANT.test(instant) ? Date.parse(instant) : Number.NaN;
  if (job !== undefined && !Number.isNaN(epochMs)) return { job, scheduledAt: isoInstant(epochMs) };
  throw new InvalidInputError(
    `Run: found ${text}, allowed: a run key such as orders@2026-01-05T01:00:00.000Z. Messages and status show them.`,
  );
}

export function reasonText(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= REASON_LENGTH) return reason;
  throw new InvalidInputError(
    `--reason: found ${reason.length} characters, allowed: 1 to ${REASON_LENGTH}. It is kept and shown: say why.`,
  );
}
