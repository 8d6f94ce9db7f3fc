import type { ClusterView } from '../contracts/cluster.ts';
import type { Reservation } from '../contracts/control.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Landing, PilotDecision } from '../contracts/flight.ts';
import type { Market } from '../contracts/market.ts';
import { estimateCost } from '../ledger/estimate-cost.ts';
import type { BilledInstance } from '../ledger/billed-instance.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { usdText } from '../units-text.ts';
import { afterSeconds, secondsBetween, SECONDS_PER_HOUR } from '../units.ts';
import type { Limits } from './limits.ts';
import type { SpendSum } from './launch-permit.ts';
import { microUsdOf, usdOf } from './micro-usd.ts';
import { fleetAmounts, type Counter, type SpendAmounts } from './spend-claim.ts';

/** From the decision to land to the last instance's end. */
const ENDING_SECONDS = 180;
const SHORTEST_LOOK_SECONDS = 30;
/** A raise goes a little further than the next look, so that not every look needs one. */
const SPARE_SHARE = 0.1;

/** Money that a flight has used, and uses: at the survey's high prices. */
export interface Burn {
  readonly spentMicroUsd: number;
  readonly microUsdPerHour: number;
}

/** What to reserve before the flight goes on; the second way is the least that does. */
export interface FlightNeeds {
  readonly targets: readonly SpendAmounts[];
  readonly nextLookSeconds: number;
}

/**
 * Whether the flight could come near what it may spend before the next look, were all of it on demand since its launch.
 */
export function mayOutspend(
  reservation: Reservation,
  runRoomMicroUsd: number,
  view: ClusterView,
  nextLookSeconds: number,
): boolean {
  const seconds = secondsBetween(view.createdAt, view.observedAt) + nextLookSeconds + ENDING_SECONDS;
  const may = Math.min(reservation.reservedMicroUsd, runRoomMicroUsd);
  return (reservation.hourlyMicroUsd * seconds) / SECONDS_PER_HOUR > may;
}

/** What the flight has used so far, and uses from here on if everything that was asked for comes, on demand. */
export function burnOf(
  plan: FleetPlan,
  view: ClusterView,
  market: Pick<Market, 'pools'>,
  instances: readonly BilledInstance[],
): Burn {
  const pools = market.pools.map((pool) => ({ ...pool, spotUsdPerHour: pool.spotHighUsdPerHour }));
  const upTo = (until: string) =>
    estimateCost({ instances, market: { pools }, ebsGibPerNode: plan.ebsGib, until }).totalUsd;
  const inAnHour = afterSeconds(view.observedAt, SECONDS_PER_HOUR);
  const spentUsd = upTo(view.observedAt);
  const missing = plan.fleets.flatMap((fleet) => {
    const seen = view.fleets.find(({ role }) => role === fleet.role);
    if (seen === undefined || fleet.role === 'primary') return [];
    const onDemandUnits = Math.max(seen.targetOnDemandUnits - seen.runningOnDemandUnits, 0);
    return [
      { ...fleet, onDemandUnits, spotUnits: Math.max(seen.targetSpotUnits - seen.runningSpotUnits, 0) },
    ];
  });
  return {
    spentMicroUsd: microUsdOf(spentUsd),
    microUsdPerHour: microUsdOf(upTo(inAnHour) - spentUsd) + fleetAmounts(plan, missing).hourlyMicroUsd,
  };
}

/** The most that the flight can have used, and uses, where no prices are known: all of it on demand since its launch. */
export function highestBurn(reservation: Reservation, view: ClusterView): Burn {
  const seconds = secondsBetween(view.createdAt, view.observedAt);
  const microUsdPerHour = reservation.hourlyMicroUsd;
  return { spentMicroUsd: Math.ceil((microUsdPerHour * seconds) / SECONDS_PER_HOUR), microUsdPerHour };
}

/**
 * What a flight needs reserved to fly on until the next look and to be ended then; the next look comes sooner where
 * the run's limit ends sooner. Null: not even that is left of the run's limit.
 *
 * @param burn  null: it cannot come near its reservation
 */
export function flightNeeds(
  reservation: Reservation,
  runRoomMicroUsd: number,
  burn: Burn | null,
  nextLookSeconds: number,
): FlightNeeds | null {
  if (burn === null) return { targets: [], nextLookSeconds };
  const { spentMicroUsd, microUsdPerHour } = burn;
  const ahead = (seconds: number) =>
    spentMicroUsd + Math.ceil((microUsdPerHour * (seconds + ENDING_SECONDS)) / SECONDS_PER_HOUR);
  const needed = ahead(nextLookSeconds);
  const target = (microUsd: number): SpendAmounts => ({ ...reservation, microUsd });
  if (needed <= Math.min(reservation.reservedMicroUsd, runRoomMicroUsd))
    return { targets: [], nextLookSeconds };
  if (needed <= runRoomMicroUsd) {
    const spare = Math.min(Math.ceil(needed * (1 + SPARE_SHARE)), runRoomMicroUsd);
    return { targets: [target(spare), target(needed)], nextLookSeconds };
  }
  if (ahead(SHORTEST_LOOK_SECONDS) > runRoomMicroUsd) return null;
  const roomSeconds =
    ((runRoomMicroUsd - spentMicroUsd) * SECONDS_PER_HOUR) / microUsdPerHour - ENDING_SECONDS;
  return {
    targets: [target(runRoomMicroUsd)],
    nextLookSeconds: Math.floor(Math.min(roomSeconds, nextLookSeconds)),
  };
}

/** A resize of the pilot's that adds nodes. */
export interface Growth {
  readonly nodes: number;
  /** what one of its nodes costs an hour at most */
  readonly nodeMicroUsdPerHour: number;
  /** vCPUs and the highest hourly price of the whole fleet once it has grown */
  readonly grown: Omit<SpendAmounts, 'microUsd'>;
}

/** What a decision adds to the task fleet; null when it adds nothing. A plan without one grows by its core's types. */
export function growthOf(plan: FleetPlan, view: ClusterView, { action }: PilotDecision): Growth | null {
  const core = plan.fleets.find(({ role }) => role === 'core');
  const planned = plan.fleets.find(({ role }) => role === 'task') ?? core;
  if (action.kind === 'hold' || planned === undefined) return null;
  const task = { ...planned, instanceTypes: action.taskInstanceTypes ?? planned.instanceTypes };
  const seen = view.fleets.find(({ role }) => role === 'task');
  const unitsBefore = (seen?.targetOnDemandUnits ?? 0) + (seen?.targetSpotUnits ?? 0);
  const unitsAdded = action.taskOnDemandUnits + action.taskSpotUnits - unitsBefore;
  if (unitsAdded <= 0) return null;
  const nodeUnits = Math.max(...task.instanceTypes.map(({ weightUnits }) => weightUnits));
  const node = { ...task, role: 'task' as const, onDemandUnits: nodeUnits, spotUnits: 0 };
  return {
    nodes: Math.ceil(unitsAdded / nodeUnits),
    nodeMicroUsdPerHour: fleetAmounts(plan, [node]).hourlyMicroUsd,
    grown: fleetAmounts(plan, [
      ...plan.fleets.filter(({ role }) => role !== 'task'),
      { ...node, onDemandUnits: action.taskOnDemandUnits, spotUnits: action.taskSpotUnits },
    ]),
  };
}

/**
 * What must be reserved before a fleet grows: what the flight has used, and the grown fleet's use to the end that is
 * expected without the growth. Growth without room for all of that would only bring the flight's end at the limit nearer.
 *
 * @param burn  before the growth
 */
export function growthNeeds(
  reservation: Reservation,
  burn: Burn,
  { nodes, nodeMicroUsdPerHour, grown }: Growth,
  decision: PilotDecision,
): SpendAmounts {
  const microUsdPerHour = burn.microUsdPerHour + nodes * nodeMicroUsdPerHour;
  const needed = burn.spentMicroUsd + Math.ceil(microUsdPerHour * hoursToGo(decision));
  return { ...grown, microUsd: Math.max(reservation.reservedMicroUsd, needed) };
}

/** How many nodes of such a growth the run's limit pays for to the end. */
export function nodesPaidFor(
  runRoomMicroUsd: number,
  burn: Burn,
  { nodeMicroUsdPerHour }: Growth,
  decision: PilotDecision,
): number {
  const hours = hoursToGo(decision);
  const left = runRoomMicroUsd - burn.spentMicroUsd - burn.microUsdPerHour * hours;
  return Math.max(Math.floor(left / (nodeMicroUsdPerHour * hours)), 0);
}

function hoursToGo({ remainingSeconds }: PilotDecision): number {
  const seconds = remainingSeconds === null ? 0 : medianOf(remainingSeconds);
  return (Math.max(seconds, 0) + ENDING_SECONDS) / SECONDS_PER_HOUR;
}

/** What is left of the run's limit for this attempt, its own reservation included. */
export function runRoom(limits: Pick<Limits, 'runUsd'>, run: SpendSum, reservation: Reservation): number {
  return microUsdOf(limits.runUsd) - (run.committedMicroUsd - reservation.reservedMicroUsd);
}

const NAMES: Readonly<Record<Counter, string>> = {
  run: "the run's limit",
  'job-month': "the job's limit of the month",
  'account-month': "the account's limit of the month",
  launches: 'the launches of the hour',
  vcpus: "the account's vCPU quota",
};

/** Names of sums for people, e.g. `the run's limit`. */
export function counterNames(counters: readonly Counter[]): string {
  return counters.map((counter) => NAMES[counter]).join(', ');
}

/** The end of a flight that would pass a limit: people raise it, no other attempt does better. */
export function landingAtLimit(
  reservation: Reservation,
  burn: Burn,
  failed: readonly Counter[],
  look: number,
): Landing {
  const limits = counterNames(failed.length === 0 ? ['run'] : failed);
  return {
    outcome: 'failed',
    reason: `About ${usdText(usdOf(burn.spentMicroUsd))} are spent, ${usdText(usdOf(reservation.reservedMicroUsd))} reserved: flying on could pass ${limits}. To allow more: flarepath override, then start the run again.`,
    look,
    retryable: false,
    endedBy: 'limit',
  };
}

/** The end of a flight that the kill switch brings down; null when it does not. */
export function broughtDown(
  killSwitch: {
    readonly on: boolean;
    readonly release: boolean;
    readonly by: string;
    readonly reason: string;
  } | null,
  look: number,
): Landing | null {
  if (killSwitch?.on !== true || !killSwitch.release) return null;
  return {
    outcome: 'failed',
    reason: `The kill switch brought it down, set by ${killSwitch.by}: ${killSwitch.reason}`,
    look,
    retryable: false,
    endedBy: 'kill-switch',
  };
}
