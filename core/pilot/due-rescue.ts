import { medianOf } from '../numerics/quantiles.ts';
import { durationText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { PROVISIONING_SECONDS } from './capacity.ts';
import { CONFIRMING_SECONDS } from './miss.ts';
import type { Outlook } from './outlook.ts';
import { rescueOf, type Rescue } from './rescue.ts';
import type { Situation } from './situation.ts';

/** EMR queues the resizes of a fleet one behind the other: the next waits until the last can have shown. */
export const RESIZE_GAP_SECONDS = PROVISIONING_SECONDS;
/** A rescue aims well below what made it necessary, so that it is not called for again at once. */
export const AIM_SHARE = 0.5;

/** The rescue that would be carried out, unless it is too soon for one: that is then said instead. */
export function dueRescue(situation: Situation, outlook: Outlook, endangeredSince: string): Rescue {
  const { prospect } = outlook;
  const { lateProbability } = prospect;
  if (!prospect.started)
    return { ...hold('the planned fleet has not begun to work', lateProbability), exhausted: true };
  const rescue = rescueFrom(situation, outlook);
  if (rescue.action.kind === 'hold') return rescue;
  const reason = whyTooSoon(situation, outlook, endangeredSince);
  return reason === null ? rescue : hold(reason, rescue.lateProbability);
}

/** The rescue that a flight in danger could do with, whether it is time for it or not. */
export function rescueFrom({ plan, view, growthRoom }: Situation, outlook: Outlook): Rescue {
  const { prospect, tolerated } = outlook;
  const { capacity, work, secondsLeft, lateProbability } = prospect;
  return rescueOf({
    plan,
    view,
    capacity,
    work,
    secondsLeft,
    secondsToGo: medianOf(prospect.seconds),
    lateProbability,
    toleratedProbability: AIM_SHARE * tolerated,
    growthRoom,
  });
}

/** Why the fleet is not changed at this look yet, though the flight is in danger; null: it may be. */
export function whyTooSoon(
  { now }: Situation,
  { lastResizeAt }: Outlook,
  endangeredSince: string,
): string | null {
  const sinceResize = secondsSinceResize(lastResizeAt, now);
  if (sinceResize < RESIZE_GAP_SECONDS) {
    const ago = durationText(Math.max(sinceResize, 0));
    return `the resize of ${ago} ago still needs time to show`;
  }
  return secondsBetween(endangeredSince, now) < CONFIRMING_SECONDS ? 'the next look has to confirm it' : null;
}

export function secondsSinceResize(lastResizeAt: string | null, now: string): number {
  return lastResizeAt === null ? Number.POSITIVE_INFINITY : secondsBetween(lastResizeAt, now);
}

function hold(reason: string, lateProbability: number): Rescue {
  return { action: { kind: 'hold' }, reason, lateProbability, exhausted: false };
}
