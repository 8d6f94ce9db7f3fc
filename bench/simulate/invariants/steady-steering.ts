import * as z from 'zod';
import { PilotDecision } from '../../../core/contracts/flight.ts';
import { MINUTE_MS, type Invariant } from './invariant.ts';

const DecisionItem = z.object({ decision: PilotDecision });
const Resize = z.object({
  ClusterId: z.string(),
  InstanceFleet: z.object({
    TargetOnDemandCapacity: z.number().default(0),
    TargetSpotCapacity: z.number().default(0),
  }),
});
const RESIZING = ['ModifyInstanceFleet', 'AddInstanceFleet'];
const Launch = z.object({
  Name: z.string(),
  Instances: z.object({
    InstanceFleets: z.array(Resize.shape.InstanceFleet.extend({ InstanceFleetType: z.string() })),
  }),
});
/** EMR needs minutes until a resize shows: one that is taken back sooner was for nothing. */
const HASTY_MS = 10 * MINUTE_MS;

function unitsOf(fleet: z.output<typeof Resize.shape.InstanceFleet>): number {
  return fleet.TargetOnDemandCapacity + fleet.TargetSpotCapacity;
}

/** Why a fleet should not have been made smaller at this look; null when it may. */
function hastyShrink(decision: PilotDecision, previous: PilotDecision | undefined): string | null {
  if (decision.progress.workDone === null && previous?.outOfReach !== true) return 'without knowing progress';
  if (typeof decision.track?.lostAt === 'string') return 'after it lost machines';
  const resizedAt = previous?.lastResizeAt ?? null;
  const sinceMs = resizedAt === null ? Infinity : Date.parse(decision.decidedAt) - Date.parse(resizedAt);
  return sinceMs < HASTY_MS ? 'right after a resize' : null;
}

export const steadySteering: Invariant = {
  name: 'steady-steering',
  promises:
    'A look decides once; what was announced stays announced; a fleet is resized to what the last look decided, and shrinks never below its launch, blind, after a loss, or right after a resize.',
  watch({ observed }, broken) {
    const last = new Map<string, PilotDecision>();
    const units = new Map<string, number>();
    /** units of the task fleet by the cluster's name */
    const launched = new Map<string, number>();
    return {
      onLedger({ sk, before, after }) {
        if (!sk.startsWith('LOOK#') || after === undefined) return;
        const { decision } = DecisionItem.parse(after);
        const { runKey, attempt, look, action } = decision;
        const flight = `${runKey} attempt ${attempt}`;
        if (before !== undefined && JSON.stringify(before) !== JSON.stringify(after))
          broken(`Look ${look} of ${flight} was decided twice.`);
        const previous = last.get(flight);
        if (previous?.missAnnounced === true && decision.missAnnounced === false)
          broken(`Look ${look} of ${flight} forgot that a miss was announced.`);
        if (previous?.missAnnounced === true && decision.announceMiss)
          broken(`Look ${look} of ${flight} announces a miss that was announced before.`);
        if (action.kind === 'resize') {
          const wanted = action.taskOnDemandUnits + action.taskSpotUnits;
          const hasty = wanted < (units.get(flight) ?? 0) ? hastyShrink(decision, previous) : null;
          if (hasty !== null)
            broken(`Look ${look} of ${flight} shrinks the task fleet to ${wanted} units ${hasty}.`);
          units.set(flight, wanted);
        }
        last.set(flight, decision);
      },
      onCall({ operation, input }) {
        if (operation === 'RunJobFlow') {
          const launch = Launch.safeParse(input).data;
          const task = launch?.Instances.InstanceFleets.find((fleet) => fleet.InstanceFleetType === 'TASK');
          if (launch !== undefined) launched.set(launch.Name, task === undefined ? 0 : unitsOf(task));
          return;
        }
        const resize = RESIZING.includes(operation) ? Resize.safeParse(input).data : undefined;
        const cluster = resize === undefined ? undefined : observed.clusters.get(resize.ClusterId);
        if (resize === undefined || cluster === undefined) return;
        const { TargetOnDemandCapacity: onDemand, TargetSpotCapacity: spot } = resize.InstanceFleet;
        if (onDemand + spot < (launched.get(cluster.name) ?? 0))
          broken(`${cluster.name} was made smaller than it was launched: ${onDemand + spot} units.`);
        const run = observed.runOfHash(cluster.runHash)?.run;
        const decided = last.get(`${run?.runKey} attempt ${cluster.attempt}`)?.action;
        const same =
          decided?.kind === 'resize' &&
          decided.taskOnDemandUnits === onDemand &&
          decided.taskSpotUnits === spot;
        if (!same)
          broken(
            `${cluster.name} was resized to ${onDemand} units on demand and ${spot} spot, which its last look did not decide.`,
          );
      },
    };
  },
};
