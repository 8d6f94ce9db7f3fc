import type { FlightOptions, SizedTaskFleet } from '../../contracts/flight-sizing.ts';
import type { PilotAction } from '../../contracts/flight.ts';
import { percentText, usdText } from '../../units-text.ts';
import { speedWith } from '../capacity.ts';
import { AIM_SHARE } from '../due-rescue.ts';
import type { Outlook } from '../outlook.ts';
import { lateProbability, paceOf } from '../remaining-time.ts';
import { LEAST_HELP, type Rescue } from '../rescue.ts';
import type { Situation } from '../situation.ts';

/** A sized fleet may be this much likelier late than plain growth, by the pilot's own reckoning, for its price. */
const AS_PUNCTUAL = 0.05;
/** Work that is done is given up only for a fresh attempt that is so much likelier in time, from flights likelier late than not. */
const WORTH_BEGINNING_ANEW = 0.25;
const LIKELIER_THAN_NOT = 0.5;

/** A sized change of the fleet, as a look would carry it out. */
export interface SizedChange {
  readonly action: PilotAction;
  readonly nodeUsdPerHour: SizedTaskFleet['nodeUsdPerHour'];
  readonly lateProbability: number;
  readonly costUsd: number;
  readonly reason: string;
}

/**
 * The sized task fleet, judged once more by the pilot's own prediction.
 *
 * @returns null where there is none, or it has become too large for what may be spent
 */
export function sizedChange(situation: Situation, outlook: Outlook): SizedChange | null {
  const { options, view, growthRoom, plan } = situation;
  const sized = options?.task ?? null;
  if (sized === null || (growthRoom !== undefined && sized.nodes > growthRoom.nodes)) return null;
  const { capacity, work, secondsLeft } = outlook.prospect;
  const speed = speedWith(capacity, capacity.runningUnits);
  const lateAt = (later: number): number =>
    lateProbability(work, paceOf(speed, Math.max(later, speed), 1), secondsLeft);
  const { spotComes } = sized;
  const late = spotComes * lateAt(sized.speed) + (1 - spotComes) * lateAt(sized.speedWithoutSpot);
  const task = view.fleets.find(({ role }) => role === 'task');
  const own =
    plan.fleets.find(({ role }) => role === 'task') ?? plan.fleets.find(({ role }) => role === 'core');
  const known = new Set(own?.instanceTypes.map(({ name }) => name));
  const added = sized.instanceTypes.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  const changesTypes = task === undefined || added.length > 0;
  return {
    action: {
      kind: 'resize',
      taskOnDemandUnits: sized.onDemandUnits,
      taskSpotUnits: sized.spotUnits,
      ...(changesTypes ? { taskInstanceTypes: sized.instanceTypes } : {}),
    },
    nodeUsdPerHour: changesTypes ? sized.nodeUsdPerHour : {},
    lateProbability: late,
    costUsd: sized.costUsd,
    reason: `${changeText(sized, task, added)}, as sized anew at prices of ${options?.surveyedAt ?? ''}, which makes that ${percentText(late)} for about ${usdText(sized.costUsd)} in all`,
  };
}

function changeText(
  sized: SizedTaskFleet,
  task: { targetOnDemandUnits: number; targetSpotUnits: number } | undefined,
  added: readonly string[],
): string {
  const onDemand = sized.onDemandUnits - (task?.targetOnDemandUnits ?? 0);
  const spot = sized.spotUnits - (task?.targetSpotUnits ?? 0);
  const parts = [
    ...(onDemand > 0 ? [`${onDemand} vCPUs on demand`] : []),
    ...(spot > 0 ? [`${spot} vCPUs on spot`] : []),
  ];
  const growth = parts.length > 0 ? `adding ${parts.join(' and ')}` : 'leaving the targets as they are';
  return added.length > 0 ? `${growth}, of ${added.join(', ')}, too` : growth;
}

/**
 * Whether the sized fleet is taken: it helps, and plain growth is not clearly more punctual. Where both are punctual
 * enough, the sized one is at least as cheap, since plain growth was among what it was chosen from.
 */
export function prefersSized(sized: SizedChange, rescue: Rescue, outlook: Outlook): boolean {
  const { lateProbability: held } = outlook.prospect;
  const helps = held - sized.lateProbability >= LEAST_HELP || sized.lateProbability <= held / 2;
  if (!helps) return false;
  if (rescue.action.kind === 'hold') return true;
  return (
    sized.lateProbability <= Math.max(AIM_SHARE * outlook.tolerated, rescue.lateProbability + AS_PUNCTUAL)
  );
}

/**
 * A fresh attempt that is worth the work that is done: never blind, since nobody knows how much that is.
 *
 * @param leastLate  with what is best for this cluster
 */
export function worthBeginningAnew(
  { options, progress, attemptsLeft = false }: Situation,
  leastLate: number,
): FlightOptions['fresh'] {
  const fresh = options?.fresh ?? null;
  if (fresh === null || !attemptsLeft || progress.workDone === null || leastLate < LIKELIER_THAN_NOT)
    return null;
  return fresh.lateProbability <= leastLate - WORTH_BEGINNING_ANEW ? fresh : null;
}
