import * as z from 'zod';
import { PilotDecision } from '../../../core/contracts/flight.ts';
import type { Invariant } from './invariant.ts';

const DecisionItem = z.object({ decision: PilotDecision });
const Resize = z.object({
  ClusterId: z.string(),
  InstanceFleet: z.object({
    TargetOnDemandCapacity: z.number().default(0),
    TargetSpotCapacity: z.number().default(0),
  }),
});
const RESIZING = ['ModifyInstanceFleet', 'AddInstanceFleet'];

export const steadySteering: Invariant = {
  name: 'steady-steering',
  promises:
    'A look decides once; what was announced stays announced; a fleet never shrinks, and is resized to what the last look decided.',
  watch({ observed }, broken) {
    const last = new Map<string, PilotDecision>();
    const units = new Map<string, number>();
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
          if (wanted < (units.get(flight) ?? 0))
            broken(`Look ${look} of ${flight} shrinks the task fleet to ${wanted} units.`);
          units.set(flight, wanted);
        }
        last.set(flight, decision);
      },
      onCall({ operation, input }) {
        const resize = RESIZING.includes(operation) ? Resize.safeParse(input).data : undefined;
        const cluster = resize === undefined ? undefined : observed.clusters.get(resize.ClusterId);
        if (resize === undefined || cluster === undefined) return;
        const { TargetOnDemandCapacity: onDemand, TargetSpotCapacity: spot } = resize.InstanceFleet;
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
