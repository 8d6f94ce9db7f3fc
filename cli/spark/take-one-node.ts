import type { Scenario } from '../../simulator/scenario.ts';
import type { Instance } from '../../simulator/world/instances.ts';
import type { CommandContext } from '../command-context.ts';
import type { Happening } from './watch-progress.ts';

/** The core node's executor, and the one on the node that was added. */
const EXECUTORS = 2;

/**
 * What happens to the first run from outside: somebody adds a spot node to its cluster, and the market takes that node
 * without a warning as soon as both nodes are known to work. EMR replaces it.
 */
export function takeOneNode(scenario: Scenario, context: CommandContext): Happening {
  const { kernel, world } = scenario;
  const working = (clusterId: string): Instance[] =>
    world.instances
      .ofCluster(clusterId)
      .filter(({ endedMs, launchedMs }) => endedMs === null && launchedMs !== null);
  let added = false;
  let taken = false;
  return async (clusterId, reported) => {
    const core = working(clusterId).find(({ role }) => role === 'CORE');
    if (!added && core !== undefined) {
      added = true;
      context.note(`Adding a spot ${core.type.name} to ${clusterId}: one more worker.`);
      await scenario.during(() => kernel.call('emr', 'AddInstanceFleet', spotFleet(core), kernel.root));
    }
    const node = working(clusterId).find(({ role, purchase }) => role === 'TASK' && purchase === 'spot');
    const atWork = reported !== null && reported.tasksDone > 0 && reported.executors >= EXECUTORS;
    if (taken || node === undefined || !atWork) return;
    taken = true;
    context.note(`Reclaiming ${node.ec2Id}: its worker is killed.`);
    kernel.clock.after(0, 'reclaim by hand', () => world.reclaims.takeNow(node));
  };
}

function spotFleet({ clusterId, type }: Instance): unknown {
  return {
    ClusterId: clusterId,
    InstanceFleet: {
      Name: 'task',
      InstanceFleetType: 'TASK',
      TargetSpotCapacity: type.vcpus,
      InstanceTypeConfigs: [{ InstanceType: type.name, WeightedCapacity: type.vcpus }],
      LaunchSpecifications: {
        SpotSpecification: {
          TimeoutDurationMinutes: 10,
          TimeoutAction: 'SWITCH_TO_ON_DEMAND',
          AllocationStrategy: 'price-capacity-optimized',
        },
      },
    },
  };
}
