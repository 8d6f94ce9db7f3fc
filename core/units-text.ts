import {
  BYTES_PER_GIB,
  BYTES_PER_MIB,
  SECONDS_PER_DAY,
  SECONDS_PER_HOUR,
  SECONDS_PER_MINUTE,
} from './units.ts';

/** Quantities as people read them in reasons, messages and tables. */

const BYTES_PER_TIB = 1024 * BYTES_PER_GIB;

/** e.g. `42.3 GiB`, `512 MiB`, `1.2 TiB` */
export function bytesText(bytes: number): string {
  if (bytes >= BYTES_PER_TIB) return `${threeDigits(bytes / BYTES_PER_TIB)} TiB`;
  if (bytes >= BYTES_PER_GIB) return `${threeDigits(bytes / BYTES_PER_GIB)} GiB`;
  if (bytes >= BYTES_PER_MIB) return `${threeDigits(bytes / BYTES_PER_MIB)} MiB`;
  return `${Math.round(bytes)} bytes`;
}

/** e.g. `45 s`, `12 min`, `3 h 05 min`; the sign of a negative duration is kept */
export function durationText(seconds: number): string {
  if (seconds < 0) return `-${durationText(-seconds)}`;
  if (seconds < 2 * SECONDS_PER_MINUTE) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
  if (minutes < 2 * (SECONDS_PER_HOUR / SECONDS_PER_MINUTE)) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** How long ago something was: `30 hours`, `12 days`, `7 years` */
export function ageText(seconds: number): string {
  const days = seconds / SECONDS_PER_DAY;
  if (days < 3) return `${Math.round(seconds / SECONDS_PER_HOUR)} hours`;
  return days < 730 ? `${Math.round(days)} days` : `${Math.round(days / 365.25)} years`;
}

/** e.g. `3.42 USD` */
export function usdText(usd: number): string {
  return `${usd.toFixed(2)} USD`;
}

/** e.g. `7 %`, `0.4 %` for a share of 0.07 or 0.004 */
export function percentText(share: number): string {
  const percent = share * 100;
  return `${percent !== 0 && Math.abs(percent) < 1 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** An instant to the minute, UTC: `2026-01-05 02:00` */
export function minuteText(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}

function threeDigits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
