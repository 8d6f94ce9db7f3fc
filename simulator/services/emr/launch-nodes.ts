import type { Kernel } from '../../contracts.ts';
import { delayMs, type Uniform } from '../../world/draws.ts';
import type { Purchase } from '../../world/market/market.ts';
import type { World } from '../../world/world.ts';
import { nextId } from './ids.ts';
import { NO_REASON, type ClusterRecord, type Fleet, type FleetNode, type FleetType } from './model.ts';

interface Order {
  readonly type: FleetType;
  readonly count: number;
  readonly purchase: Purchase;
}

/** Requests machines of one type together: they are launched and ready at the same time. */
export function launchNodes(
  kernel: Kernel,
  world: World,
  cluster: ClusterRecord,
  fleet: Fleet,
  order: Order,
  uniform: Uniform,
  listener: { launched(): void; ready(node: FleetNode): void },
): void {
  const nodes = Array.from({ length: order.count }, () => newNode(kernel, world, cluster, fleet, order));
  fleet.nodes.push(...nodes);
  if (order.purchase === 'spot') world.reclaims.watch(order.type.type.name, cluster.zone);
  const { provisioning, bootstrap, bootstrapActionSeconds } = world.market.parameters;
  const bootMs = delayMs(uniform, provisioning);
  const actionsMs = cluster.input.BootstrapActions.length * bootstrapActionSeconds * 1000;
  const readyMs = bootMs + delayMs(uniform, bootstrap) + actionsMs;
  kernel.clock.after(bootMs, 'emr machines launched', () => {
    for (const node of nodes) {
      if (node.state !== 'PROVISIONING') continue;
      node.state = 'BOOTSTRAPPING';
      world.instances.launched(node.instance);
    }
    listener.launched();
  });
  kernel.clock.after(readyMs, 'emr machines ready', () => {
    for (const node of nodes) {
      if (node.state !== 'BOOTSTRAPPING') continue;
      node.state = 'RUNNING';
      node.readyMs = kernel.clock.nowMs();
      listener.ready(node);
    }
  });
}

function newNode(
  kernel: Kernel,
  world: World,
  cluster: ClusterRecord,
  fleet: Fleet,
  order: Order,
): FleetNode {
  const instance = world.instances.request({
    clusterId: cluster.id,
    fleetId: fleet.id,
    role: fleet.role,
    type: order.type.type,
    zone: cluster.zone,
    subnetId: cluster.subnetId,
    purchase: order.purchase,
    ebsGib: order.type.ebsGib,
    tags: {
      ...Object.fromEntries(cluster.tags),
      'aws:elasticmapreduce:job-flow-id': cluster.id,
      'aws:elasticmapreduce:instance-group-role': fleet.role,
    },
  });
  const id = nextId(kernel, 'ci');
  return { id, instance, weight: order.type.weight, state: 'PROVISIONING', reason: NO_REASON, readyMs: null };
}
