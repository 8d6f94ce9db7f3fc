import type { ServiceEvent } from '../eventbridge/event.ts';
import { provisionedUnits, type ClusterRecord, type Fleet, type Step } from './model.ts';

/**
 * What EMR tells EventBridge. Detail types and members as Amazon EMR publishes them; numbers are text there.
 * Messages are for people: nothing may key on them.
 */
export class EmrEvents {
  readonly #publish: (event: ServiceEvent) => void;

  constructor(publish: (event: ServiceEvent) => void) {
    this.#publish = publish;
  }

  cluster(cluster: ClusterRecord): void {
    const bad = cluster.state === 'TERMINATED_WITH_ERRORS';
    this.#send('EMR Cluster State Change', {
      severity: bad ? 'CRITICAL' : 'INFO',
      stateChangeReason: JSON.stringify(cluster.reason),
      name: cluster.input.Name,
      clusterId: cluster.id,
      state: cluster.state,
      message: `Amazon EMR cluster ${cluster.id} (${cluster.input.Name}) is now ${cluster.state}.`,
    });
  }

  step(cluster: ClusterRecord, step: Step): void {
    this.#send('EMR Step Status Change', {
      severity: step.state === 'FAILED' ? 'ERROR' : 'INFO',
      actionOnFailure: step.config.ActionOnFailure,
      stepId: step.id,
      name: step.config.Name,
      clusterId: cluster.id,
      state: step.state,
      message: `Step ${step.id} (${step.config.Name}) in Amazon EMR cluster ${cluster.id} is now ${step.state}.`,
    });
  }

  fleet(cluster: ClusterRecord, fleet: Fleet): void {
    this.#send('EMR Instance Fleet State Change', {
      severity: 'INFO',
      clusterId: cluster.id,
      instanceFleetId: fleet.id,
      instanceFleetType: fleet.role,
      state: fleet.state,
      targetOnDemandCapacity: String(fleet.targetOnDemand),
      targetSpotCapacity: String(fleet.targetSpot),
      provisionedOnDemandCapacity: String(provisionedUnits(fleet, 'on-demand')),
      provisionedSpotCapacity: String(provisionedUnits(fleet, 'spot')),
      message: `Instance fleet ${fleet.id} in Amazon EMR cluster ${cluster.id} is now ${fleet.state}.`,
    });
  }

  /** Capacity could not be had; EMR goes on trying and says so again from time to time. */
  insufficientCapacity(cluster: ClusterRecord, fleet: Fleet): void {
    this.#send('EMR Instance Fleet Provisioning', {
      severity: 'WARN',
      eventCode: 'EC2 provisioning - Insufficient Instance Capacity',
      clusterId: cluster.id,
      instanceFleetId: fleet.id,
      instanceFleetType: fleet.role,
      message: `Instance fleet ${fleet.id} of Amazon EMR cluster ${cluster.id} waits for capacity in ${cluster.zone}.`,
    });
  }

  /** A resize stopped before its target. */
  resizeTimedOut(cluster: ClusterRecord, fleet: Fleet): void {
    this.#send('EMR Instance Fleet Resize', {
      severity: 'WARN',
      clusterId: cluster.id,
      instanceFleetId: fleet.id,
      instanceFleetType: fleet.role,
      message: `The resize of instance fleet ${fleet.id} in Amazon EMR cluster ${cluster.id} reached its time-out.`,
    });
  }

  #send(detailType: string, detail: Readonly<Record<string, unknown>>): void {
    this.#publish({ source: 'aws.emr', detailType, resources: [], detail });
  }
}
