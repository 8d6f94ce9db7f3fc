import * as z from 'zod';
import { handler } from '../../../lambdas/launch-cluster.ts';
import type { Seams } from '../../../lambdas/runtime/clients.ts';
import type { GuestHandler } from '../../../simulator/services/lambda/guest-handler.ts';
import { asGuest } from './as-guest.ts';

type Connect = NonNullable<Seams['connect']>;

/** The most that managed scaling may have, as a share of what the cluster begins with. */
const MAXIMUM_SHARE = 1.25;

const RunJobFlow = z.object({
  Instances: z.object({
    InstanceFleets: z.array(
      z.object({
        InstanceFleetType: z.string(),
        TargetOnDemandCapacity: z.number().default(0),
        TargetSpotCapacity: z.number().default(0),
      }),
    ),
  }),
});

/** LaunchCluster as it is deployed; its request gives the cluster to managed scaling. */
export function launchManaged(): GuestHandler {
  const launch = asGuest(handler);
  const reset: GuestHandler['reset'] = (seams = {}) =>
    launch.reset?.({ ...seams, ...(seams.connect && { connect: withManagedScaling(seams.connect) }) });
  return Object.assign((...call: Parameters<GuestHandler>) => launch(...call), { reset });
}

/** Connects so that whatever cluster is asked for is given to managed scaling. */
export function withManagedScaling(connect: Connect): Connect {
  return (settings) => {
    const send = connect(settings);
    return (command) => {
      if (command.constructor.name === 'RunJobFlowCommand') giveToManagedScaling(command);
      return send(command);
    };
  };
}

/** Between the core fleet, which alone is on demand, and a quarter above what the cluster begins with. */
function giveToManagedScaling(command: object): void {
  const input: unknown = Reflect.get(command, 'input');
  const fleets = RunJobFlow.parse(input).Instances.InstanceFleets;
  const unitsOf = (role: string) =>
    fleets
      .filter((fleet) => fleet.InstanceFleetType === role)
      .reduce((sum, fleet) => sum + fleet.TargetOnDemandCapacity + fleet.TargetSpotCapacity, 0);
  const coreUnits = unitsOf('CORE');
  const policy = {
    ComputeLimits: {
      UnitType: 'InstanceFleetUnits',
      MinimumCapacityUnits: coreUnits,
      MaximumCapacityUnits: Math.ceil((coreUnits + unitsOf('TASK')) * MAXIMUM_SHARE),
      MaximumOnDemandCapacityUnits: coreUnits,
      MaximumCoreCapacityUnits: coreUnits,
    },
  };
  if (typeof input === 'object' && input !== null) Reflect.set(input, 'ManagedScalingPolicy', policy);
}
