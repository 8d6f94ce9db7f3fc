import type { FleetPlan } from '../../contracts/fleet-plan.ts';
import type { SizedTaskFleet, SizingAsk } from '../../contracts/flight-sizing.ts';
import type { Pool } from '../../contracts/market.ts';
import { storageUsdPerHour } from '../../market/billing-rates.ts';
import { SECONDS_PER_HOUR } from '../../units.ts';
import { COMES_AT_FIRST } from '../capacity.ts';
import type { FleetSpeed, NodeGroup } from './fleet-speed.ts';
import { onDemandUsdPerHour, spotUsdPerHour, typesInFlight, type PoolsInFlight } from './pools-in-flight.ts';
import { mixed, outcomeOf, type Outcome } from './remaining-outcome.ts';

/** Node counts that are tried first; from the best of them single nodes lead on. */
const COUNTS = [0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 64, 85, 113, 150];
/** Moves of a node more or less, at most. */
const MOST_MOVES = 40;
/** Lateness that differs by less counts as the same, where nothing is punctual enough. */
const LATENESS_STEP = 0.02;
/** A reclaim takes half of the time that is left, on average; fleets that lose more than this are no plan. */
const MOST_LOST_SHARE = 0.5;

/** What the rest of a flight is sized with. */
export interface Ground {
  readonly ask: SizingAsk;
  /** as it flies */
  readonly plan: FleetPlan;
  readonly pools: PoolsInFlight;
  readonly speeds: FleetSpeed;
}

/** A change of the task fleet. */
interface Change {
  /** types added for spot */
  readonly added: readonly Pool[];
  readonly spotNodes: number;
  readonly onDemand: Pool;
  readonly onDemandNodes: number;
}

interface Judged extends Outcome {
  readonly change: Change;
  readonly speed: number;
  readonly speedWithoutSpot: number;
  readonly spotComes: number;
}

/**
 * Sizes the task fleet anew for what is left: which types, how many on spot and on demand. The cheapest that is punctual
 * enough, else the least late. What runs stays and is paid for anyway; what is added costs from its request on and works
 * once it has been provisioned. Core nodes are not added: a task node on demand does as much, and can be let go again.
 *
 * Searched exhaustively on a grid of counts for each set of types, then node by node: the space is small, as zone, core
 * fleet and executors are given.
 *
 * @returns null where nothing is better than leaving the fleet as it is
 */
export function sizeTaskFleet(ground: Ground): SizedTaskFleet | null {
  const { ask, pools } = ground;
  const [own] = pools.onDemand;
  if (own === undefined) return null;
  const still: Change = { added: [], spotNodes: 0, onDemand: own, onDemandNodes: 0 };
  const held = judge(ground, still);
  let best = held;
  for (const change of changesOf(ground)) {
    const judged = judge(ground, change);
    if (isAffordable(ground, judged) && isBetter(judged, best, ask.aimProbability)) best = judged;
  }
  best = climb(ground, best);
  return best.change === held.change ? null : sizedOf(ground, best);
}

function* changesOf(ground: Ground): Generator<Change> {
  const { ask, pools } = ground;
  const buysSpot = pools.spotSets.length > 0 || ask.task.targetSpotUnits > 0;
  for (const onDemand of pools.onDemand) {
    for (const added of [[], ...pools.spotSets]) {
      // the present types alone give no spot while they are dry
      const mayBuySpot = buysSpot && !(ask.dry && added.length === 0);
      for (const spotNodes of mayBuySpot ? COUNTS : [0]) {
        for (const onDemandNodes of COUNTS) {
          const change = { added, spotNodes, onDemand, onDemandNodes };
          if (!isWithin(ground, change)) break;
          yield change;
        }
      }
    }
  }
}

function climb(ground: Ground, from: Judged): Judged {
  let best = from;
  for (let move = 0; move < MOST_MOVES; move += 1) {
    const { change } = best;
    const { spotNodes, onDemandNodes } = change;
    const spotSteps = spotNodes > 0 ? [1, -1] : [];
    const next = [
      ...spotSteps.map((step) => ({ ...change, spotNodes: spotNodes + step })),
      ...[1, -1].map((step) => ({ ...change, onDemandNodes: onDemandNodes + step })),
      ...spotSteps.map((step) => ({
        ...change,
        spotNodes: spotNodes + step,
        onDemandNodes: onDemandNodes - step,
      })),
    ]
      .filter((each) => each.spotNodes >= 0 && each.onDemandNodes >= 0 && isWithin(ground, each))
      .map((each) => judge(ground, each))
      .filter((each) => isAffordable(ground, each))
      .reduce((one, other) => (isBetter(other, one, ground.ask.aimProbability) ? other : one), best);
    if (next === best) return best;
    best = next;
  }
  return best;
}

/** Punctual enough first, then the cheaper one. */
function isBetter(one: Judged, other: Judged, aimProbability: number): boolean {
  const step = ({ lateProbability }: Judged): number =>
    lateProbability <= aimProbability ? 0 : Math.ceil(lateProbability / LATENESS_STEP);
  const [mine, yours] = [step(one), step(other)];
  return mine === yours ? one.costUsd < other.costUsd : mine < yours;
}

function isWithin({ ask, pools }: Ground, change: Change): boolean {
  const { spotNodes, onDemandNodes, onDemand, added } = change;
  const units = spotNodes * spotUnitsOf(pools, added) + onDemandNodes * onDemand.instanceType.vcpus;
  return spotNodes + onDemandNodes <= ask.mostNodes && units <= ask.mostUnits;
}

/** Within the run's limit, all of it on demand: that is what spot turns into where it does not come. */
function isAffordable(ground: Ground, { change, meanSeconds }: Judged): boolean {
  const { ask, plan, pools } = ground;
  const units = change.spotNodes * spotUnitsOf(pools, change.added) + missingUnits(ground).spot;
  const perUnit = Math.max(
    ...[...pools.present, ...change.added].map((pool) => onDemandUsdPerHour(pool) / pool.instanceType.vcpus),
  );
  const usdPerHour = presentUsdPerHour(ground) + onDemandAdded(ground, change) + units * perUnit;
  return ask.spentUsd + (usdPerHour * meanSeconds) / SECONDS_PER_HOUR <= plan.bounds.limitUsd;
}

function judge(ground: Ground, change: Change): Judged {
  const { ask, pools, speeds } = ground;
  const missing = missingUnits(ground);
  const bought = boughtOnSpot(ground, change);
  const spotUnits = spotUnitsOf(pools, change.added);
  const onDemand: NodeGroup[] = [
    { pools: pools.present, nodes: missing.onDemand / pools.presentUnits },
    { pools: [change.onDemand], nodes: change.onDemandNodes },
  ];
  const spotNodes = change.spotNodes + missing.spot / spotUnits;
  const lasting = spotNodes * (1 - lostShare(ground, bought));
  const speedWithoutSpot = ask.speed * speeds.gain(onDemand);
  const speed = ask.speed * speeds.gain([...onDemand, { pools: bought, nodes: lasting }]);
  const usdPerHour = presentUsdPerHour(ground);
  const addedUsdPerHour = onDemandAdded(ground, change);
  const spotUsd = spotNodes * (meanOf(bought, spotUsdPerHour) + diskUsdPerHour(ground));
  const course = { speed: ask.speed, usdPerHour };
  const play = (laterSpeed: number, more: number): Outcome =>
    outcomeOf(ask.workSeconds, ask.secondsLeft, { ...course, laterSpeed, addedUsdPerHour: more });
  const spotComes = spotComesWith(ground, change);
  const outcome = mixed(
    play(speed, addedUsdPerHour + spotUsd),
    play(speedWithoutSpot, addedUsdPerHour),
    spotComes,
  );
  return { ...outcome, change, speed, speedWithoutSpot, spotComes };
}

/** Types that EMR buys spot of: all that a fleet has, but none that gives nothing. */
function boughtOnSpot({ ask, pools }: Ground, { added }: Change): readonly Pool[] {
  return ask.dry && added.length > 0 ? added : [...pools.present, ...added];
}

function spotUnitsOf({ presentUnits }: PoolsInFlight, [first]: readonly Pool[]): number {
  return first?.instanceType.vcpus ?? presentUnits;
}

/** What was asked for a while ago comes less and less likely; what is asked of other types mostly does. */
function spotComesWith({ ask }: Ground, { added, spotNodes }: Change): number {
  if (ask.dry && added.length > 0) return COMES_AT_FIRST;
  return spotNodes > 0 ? Math.min(COMES_AT_FIRST, ask.presentSpotComes) : ask.presentSpotComes;
}

/** The part of the time to the end in which a reclaimed spot node is not there, on average. */
function lostShare({ ask }: Ground, bought: readonly Pool[]): number {
  const middle = ask.workSeconds[Math.floor(ask.workSeconds.length / 2)] ?? 0;
  const hours = middle / ask.speed / SECONDS_PER_HOUR;
  return Math.min((meanOf(bought, ({ reclaimsPerHour }) => reclaimsPerHour) * hours) / 2, MOST_LOST_SHARE);
}

function missingUnits({ ask: { task } }: Ground): { onDemand: number; spot: number } {
  return {
    onDemand: Math.max(task.targetOnDemandUnits - task.runningOnDemandUnits, 0),
    spot: Math.max(task.targetSpotUnits - task.runningSpotUnits, 0),
  };
}

/** What the cluster costs an hour as it runs, at live prices. */
export function presentUsdPerHour(ground: Omit<Ground, 'speeds'>): number {
  const { ask, pools } = ground;
  const disk = diskUsdPerHour(ground);
  const perUnit = (of: readonly Pool[], price: (pool: Pool) => number): number =>
    meanOf(of, (pool) => (price(pool) + disk) / pool.instanceType.vcpus);
  return (
    meanOf(pools.primary, onDemandUsdPerHour) +
    ask.coreUnits * perUnit(pools.core, onDemandUsdPerHour) +
    ask.task.runningOnDemandUnits * perUnit(pools.present, onDemandUsdPerHour) +
    ask.task.runningSpotUnits * perUnit(pools.present, spotUsdPerHour)
  );
}

function onDemandAdded(ground: Ground, { onDemand, onDemandNodes }: Change): number {
  const { pools } = ground;
  const disk = diskUsdPerHour(ground);
  const missing = missingUnits(ground).onDemand / pools.presentUnits;
  return (
    onDemandNodes * (onDemandUsdPerHour(onDemand) + disk) +
    missing * (meanOf(pools.present, onDemandUsdPerHour) + disk)
  );
}

function diskUsdPerHour({ plan }: Pick<Ground, 'plan'>): number {
  return storageUsdPerHour(plan.ebsGib, plan.storageUsdPerGibMonth);
}

function sizedOf({ ask, pools, plan }: Ground, judged: Judged): SizedTaskFleet {
  const { change, lateProbability, speed, speedWithoutSpot, spotComes, costUsd } = judged;
  const { added, onDemand, onDemandNodes, spotNodes } = change;
  const types = [...new Set([...pools.present, ...added, ...(onDemandNodes > 0 ? [onDemand] : [])])];
  // the fleet keeps types that the market does not offer just now: nodes of them may run
  const kept = typesInFlight(plan);
  const more = types.filter(({ instanceType }) => kept.every(({ name }) => name !== instanceType.name));
  return {
    instanceTypes: [
      ...kept,
      ...more.map(({ instanceType }) => ({ name: instanceType.name, weightUnits: instanceType.vcpus })),
    ],
    nodeUsdPerHour: Object.fromEntries(
      types.map((pool) => [pool.instanceType.name, onDemandUsdPerHour(pool)]),
    ),
    onDemandUnits: ask.task.targetOnDemandUnits + onDemandNodes * onDemand.instanceType.vcpus,
    spotUnits: ask.task.targetSpotUnits + spotNodes * spotUnitsOf(pools, added),
    nodes: onDemandNodes + spotNodes,
    ...{ speed, speedWithoutSpot, spotComes, lateProbability },
    costUsd: ask.spentUsd + costUsd,
  };
}

function meanOf(pools: readonly Pool[], of: (pool: Pool) => number): number {
  return pools.length === 0 ? 0 : pools.reduce((sum, pool) => sum + of(pool), 0) / pools.length;
}
