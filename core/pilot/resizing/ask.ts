import type { SizingAsk } from '../../contracts/flight-sizing.ts';
import { QUANTILE_LEVELS, type Quantiles } from '../../contracts/quantities.ts';
import { medianOf } from '../../numerics/quantiles.ts';
import { MAX_TASK_CORES_PER_CORE_CORE } from '../../sizing/fleet-genome.ts';
import { secondsBetween } from '../../units.ts';
import { comesWithProbability, PROVISIONING_SECONDS, speedWith } from '../capacity.ts';
import { AIM_SHARE, RESIZE_GAP_SECONDS, rescueFrom, whyTooSoon } from '../due-rescue.ts';
import { outlookOf, type Outlook } from '../outlook.ts';
import type { RemainingWork } from '../remaining-time.ts';
import { roomOf } from '../rescue.ts';
import type { Situation } from '../situation.ts';
import { PATIENCE_SECONDS } from '../substitution.ts';

/** So many amounts of work stand for their distribution. */
const WORK_SAMPLES = 128;

/**
 * What to size the rest of a flight for, at a look that finds its finish out of its corridor and would change the fleet.
 *
 * @returns null where nothing is to be changed now: in time, too soon, patient, or beyond help
 */
export function sizingAskOf(situation: Situation): SizingAsk | null {
  const { now, previous, attemptsLeft = false } = situation;
  const outlook = outlookOf(situation);
  const { prospect, endangeredSince, outOfReach } = outlook;
  if (endangeredSince === null || outOfReach || !prospect.started) return null;
  if (prospect.secondsLeft <= PROVISIONING_SECONDS) return null;
  if (whyTooSoon(situation, outlook, endangeredSince) !== null) return null;
  const sized = previous?.track?.sizedAt;
  if (sized !== undefined && secondsBetween(sized, now) < RESIZE_GAP_SECONDS) return null;
  if (rescueFrom(situation, outlook).patient === true) return null;
  const ask = askOf(situation, outlook);
  return attemptsLeft || ask.mostNodes > 0 ? ask : null;
}

function askOf(situation: Situation, outlook: Outlook): SizingAsk {
  const { plan, view, now, growthRoom, attemptsLeft = false } = situation;
  const { prospect, tolerated, cost } = outlook;
  const { capacity, work, track, secondsLeft } = prospect;
  const { spotShortSince = null } = track;
  const task = view.fleets.find(({ role }) => role === 'task') ?? NO_TASK_FLEET;
  const core = view.fleets.find(({ role }) => role === 'core');
  const room = roomOf({ plan, view, secondsToGo: medianOf(prospect.seconds), growthRoom });
  const coreUnits = core === undefined ? 0 : core.runningOnDemandUnits + core.runningSpotUnits;
  const taskUnits =
    Math.max(task.targetOnDemandUnits, task.runningOnDemandUnits) +
    Math.max(task.targetSpotUnits, task.runningSpotUnits);
  // as for plans: losing every spot node must not lose the run
  const mostUnits = Math.max(MAX_TASK_CORES_PER_CORE_CORE * coreUnits - taskUnits, 0);
  const { targetOnDemandUnits, targetSpotUnits, runningOnDemandUnits, runningSpotUnits } = task;
  return {
    askedAt: now,
    secondsLeft,
    workSeconds: samplesOf(work),
    loadFactors: loadFactorsOf(situation, outlook),
    speed: speedWith(capacity, capacity.runningUnits),
    coreUnits,
    task: { targetOnDemandUnits, targetSpotUnits, runningOnDemandUnits, runningSpotUnits },
    presentSpotComes: spotShortSince === null ? 1 : comesWithProbability(spotShortSince, now),
    dry: spotShortSince !== null && secondsBetween(spotShortSince, now) >= PATIENCE_SECONDS,
    aimProbability: AIM_SHARE * tolerated,
    mostUnits,
    mostNodes: mostUnits > 0 ? room.nodes : 0,
    spentUsd: cost.spentUsd,
    attemptsLeft,
  };
}

const NO_TASK_FLEET = {
  targetOnDemandUnits: 0,
  targetSpotUnits: 0,
  runningOnDemandUnits: 0,
  runningSpotUnits: 0,
};

/** The middles of equally likely parts of the distribution, in whole seconds. */
function samplesOf({ seconds, probabilities }: RemainingWork): number[] {
  const samples: number[] = [];
  let reached = 0;
  seconds.forEach((value, i) => {
    reached += probabilities[i] ?? 0;
    while (samples.length < WORK_SAMPLES && (samples.length + 0.5) / WORK_SAMPLES <= reached)
      samples.push(Math.round(value));
  });
  while (samples.length < WORK_SAMPLES) samples.push(Math.round(seconds.at(-1) ?? 0));
  return samples;
}

/**
 * How the whole work, as this flight shows it, compares with the planned one, at each quantile: what another cluster
 * would have to do, known no better than here. Less than planned counts as planned.
 */
function loadFactorsOf({ plan }: Situation, { prospect }: Outlook): Quantiles {
  const { workedSeconds, survivedShare = 0 } = prospect.track;
  const planned = Math.max(medianOf(plan.forecast.runtimeSeconds) * (1 - survivedShare), 1);
  const samples = samplesOf(prospect.work);
  return QUANTILE_LEVELS.map((level) => {
    const left = samples[Math.min(Math.floor(level * samples.length), samples.length - 1)] ?? 0;
    return Math.max((workedSeconds + left) / planned, 1);
  });
}
