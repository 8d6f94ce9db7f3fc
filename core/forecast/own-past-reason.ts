import type { Quantiles } from '../contracts/quantities.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { MILLISECONDS_PER_DAY } from '../units.ts';
import { bytesText } from '../units-text.ts';
import type { PastForecast } from './own-past.ts';

const HOURS_PER_DAY = 24;
const MEMBERS_NAMED = 3;
/** Members without any season. */
const SEASONLESS = ['last value', 'recent mean'];

/** Why a forecast from the job's own runs is believed, for people. */
export function ownPastReason(
  count: number,
  inputBytes: Quantiles,
  past: PastForecast,
  borrowed: { readonly jobs: number; readonly weight: number } | null,
): string {
  const runs = count === 1 ? 'One earlier run' : `${count} earlier runs`;
  return [
    `${runs}${seasonText(past)}; usual now ${bytesText(medianOf(inputBytes))}${errorText(past)}.`,
    ...(borrowed === null ? [] : [borrowedText(borrowed)]),
    ...specialText(past),
    ...shiftText(past),
    ...membersText(past),
  ].join(' ');
}

function seasonText({ periodsMs, ensemble }: PastForecast): string {
  const seasonless = ensemble.members
    .filter(({ name }) => SEASONLESS.includes(name))
    .reduce((sum, { weight }) => sum + weight, 0);
  if (periodsMs.length === 0 || seasonless > 0.5) return ', no clear season';
  return `, ${periodsMs.map(periodText).join(' and ')} pattern`;
}

function periodText(periodMs: number): string {
  const days = periodMs / MILLISECONDS_PER_DAY;
  if (days === 1) return 'daily';
  if (days === 7) return 'weekly';
  if (days > 360 && days < 370) return 'yearly';
  return days >= 1 ? `${Math.round(days)}-day` : `${Math.round(days * HOURS_PER_DAY)}-hour`;
}

function errorText({ ensemble }: PastForecast): string {
  const { backtestMapePercent, origins } = ensemble;
  if (backtestMapePercent === null || origins === 0) return '; too few to test, hence a wide interval';
  const dates = origins === 1 ? 'one earlier date' : `${origins} earlier dates`;
  return `; at ${dates} this was off by ${backtestMapePercent.toFixed(0)} % on average`;
}

function borrowedText({ jobs, weight }: { readonly jobs: number; readonly weight: number }): string {
  return `${(100 * weight).toFixed(0)} % of its shape from ${jobs} similar job${jobs === 1 ? '' : 's'}.`;
}

function shiftText({ ensemble: { shift } }: PastForecast): string[] {
  if (shift === null) return [];
  const { steps, logFactor, probability } = shift;
  const newest = steps === 1 ? 'The newest value is' : `The newest ${steps} values are`;
  return [
    `${newest} ${Math.exp(logFactor).toFixed(2)} x the usual: a new level with ${(100 * probability).toFixed(0)} %.`,
  ];
}

function specialText({ special }: PastForecast): string[] {
  if (special === null) return [];
  const { day, effect } = special;
  const name = day.charAt(0).toUpperCase() + day.slice(1);
  if (effect.seen === 0) return [`${name}, none seen before: hence wider.`];
  const times = effect.seen === 1 ? 'once' : `${effect.seen} times`;
  return [`${name}: ${Math.exp(effect.logFactor).toFixed(2)} x the usual, seen ${times}.`];
}

function membersText({ ensemble }: PastForecast): string[] {
  if (ensemble.origins === 0) return [];
  const named = ensemble.members
    .slice(0, MEMBERS_NAMED)
    .map(({ name, weight }) => `${name} ${(100 * weight).toFixed(0)} %`);
  return [`Weighed by error there: ${named.join('; ')}.`];
}
