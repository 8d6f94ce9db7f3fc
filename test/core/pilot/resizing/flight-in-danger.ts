import type { ClusterView } from '../../../../core/contracts/cluster.ts';
import type { FlightOptions, SizingAsk } from '../../../../core/contracts/flight-sizing.ts';
import type { FleetPlan } from '../../../../core/contracts/fleet-plan.ts';
import { decide } from '../../../../core/pilot/decide.ts';
import { sizingAskOf } from '../../../../core/pilot/resizing/ask.ts';
import { sizeFlight } from '../../../../core/pilot/resizing/size-flight.ts';
import type { Situation } from '../../../../core/pilot/situation.ts';
import { forecastOf, jobOf, marketOf, modelOf } from '../../sizing/cases.ts';
import { plan as planned, situationAt, viewAt } from '../flights.ts';

/** The plan of the other tests, on 24 core and 40 spot vCPUs, with the load that these work in an hour. */
export const plan: FleetPlan = {
  ...planned,
  fleets: planned.fleets.map((fleet) => ({
    ...fleet,
    onDemandUnits: fleet.role === 'core' ? 24 : fleet.onDemandUnits,
    spotUnits: fleet.role === 'task' ? 40 : 0,
  })),
  inputBytes: forecastOf(5600).inputBytes,
};
export const market = marketOf(['m5', 'm5a', 'm6i', 'r5', 'c5']);
export const model = modelOf();
type Over = Parameters<typeof situationAt>[2] & { task?: Partial<ClusterView['fleets'][number]> };

export function at(minutes: number, workDone: number | null, { task, ...over }: Over = {}): Situation {
  const whole = { targetSpotUnits: 40, runningSpotUnits: 40, ...task };
  const { fleets, ...view } = viewAt(minutes, {}, whole);
  const cores = { targetOnDemandUnits: 24, runningOnDemandUnits: 24 };
  const seen = fleets.map((fleet) => (fleet.role === 'core' ? { ...fleet, ...cores } : fleet));
  return situationAt(minutes, workDone, { plan, view: { ...view, fleets: seen }, ...over });
}

/** Half an hour after the request 15 % are done where a third was planned, seen twice: late for a deadline after 100 min. */
export function inDanger(over: Over = {}): Situation {
  const rest = { attemptsLeft: true, deadlineMinutes: 100, ...over };
  const previous = decide(at(28, 0.145, rest));
  return at(30, 0.15, { previous, ...rest });
}

export function askFor(situation: Situation): SizingAsk {
  const ask = sizingAskOf(situation);
  if (ask === null) throw new Error('the flight is not sized again');
  return ask;
}

export function sized(
  situation: Situation,
  over: Partial<Parameters<typeof sizeFlight>[0]> = {},
  change: Partial<SizingAsk> = {},
): FlightOptions {
  const options = sizeFlight({
    ask: { ...askFor(situation), ...change },
    ...{ plan: situation.plan, job: jobOf(), market, model, scheduledAt: plan.plannedAt, attempt: 1 },
    ...over,
  });
  if (options === null) throw new Error('nothing was sized');
  return options;
}
