import type { PutMetric } from '../cloudwatch.ts';
import type { ClusterRun } from './cluster-run.ts';
import { hasEnded, provisionedUnits, type ClusterRecord } from './model.ts';

const EMR_NAMESPACE = 'AWS/ElasticMapReduce';
const EMR_PERIOD_MINUTES = 5;

/**
 * A cluster's measurements by EMR: every five minutes, every minute with managed scaling.
 *
 * @param minute  minutes since the cluster was asked for
 */
export function measure(run: ClusterRun, minute: number, nowMs: number, put: PutMetric): void {
  const { cluster } = run;
  if (hasEnded(cluster) || cluster.readyMs === null) return;
  const scaled = cluster.managedScaling !== null;
  if (!scaled && minute % EMR_PERIOD_MINUTES !== 0) return;
  const dimensions = { JobFlowId: cluster.id };
  for (const [name, value, unit] of [...emrMetrics(run), ...(scaled ? unitMetrics(cluster) : [])]) {
    put({ namespace: EMR_NAMESPACE, name, dimensions, value, unit, atMs: nowMs });
  }
}

/** Capacity as managed scaling publishes it. */
function unitMetrics({ fleets }: ClusterRecord): [name: string, value: number, unit: string][] {
  const parts = { Total: ['CORE', 'TASK'], Core: ['CORE'], Task: ['TASK'] };
  return Object.entries(parts).flatMap(([name, roles]) => {
    const part = fleets.filter((fleet) => roles.includes(fleet.role));
    const requested = part.reduce((sum, fleet) => sum + fleet.targetOnDemand + fleet.targetSpot, 0);
    const running = part.reduce(
      (sum, fleet) => sum + provisionedUnits(fleet, 'on-demand') + provisionedUnits(fleet, 'spot'),
      0,
    );
    const metrics: [name: string, value: number, unit: string][] = [
      [`${name}UnitsRequested`, requested, 'Count'],
      [`${name}UnitsRunning`, running, 'Count'],
    ];
    return metrics;
  });
}

function emrMetrics(run: ClusterRun): [name: string, value: number, unit: string][] {
  const nodes = run.cluster.fleets
    .flatMap((fleet) => fleet.nodes)
    .filter((node) => node.instance.role !== 'MASTER');
  const active = nodes.filter((node) => node.state === 'RUNNING').length;
  const applications = run.running.flatMap((step) => (step.application === null ? [] : [step.application]));
  const starving = run.running.filter((step) => step.starving).length;
  const running = applications.filter((application) => application.executors > 0).length;
  const busy = applications.some((application) => application.executors > 0 && !application.hung);
  const { unhealthyNodes, hdfsUtilisationPercent, missingBlocks } = run.damage;
  const bytesRead = applications.reduce((sum, application) => sum + application.bytesRead, 0);
  return [
    ['IsIdle', run.running.length === 0 ? 1 : 0, 'None'],
    ['AppsRunning', running, 'Count'],
    ['AppsPending', starving, 'Count'],
    ['AppsCompleted', run.cluster.steps.filter((step) => step.state === 'COMPLETED').length, 'Count'],
    ['AppsFailed', run.cluster.steps.filter((step) => step.state === 'FAILED').length, 'Count'],
    ['ContainerPendingRatio', starving > 0 ? 1 : 0, 'Count'],
    ['YARNMemoryAvailablePercentage', busy ? 4 : 100, 'Percent'],
    ['HDFSUtilization', hdfsUtilisationPercent ?? (busy ? 3 : 1), 'Percent'],
    ['MRActiveNodes', active, 'Count'],
    ['MRTotalNodes', active, 'Count'],
    ['MRLostNodes', run.lostNodes, 'Count'],
    ['MRUnhealthyNodes', unhealthyNodes, 'Count'],
    ['MissingBlocks', missingBlocks, 'Count'],
    ['CorruptBlocks', 0, 'Count'],
    ['S3BytesRead', bytesRead, 'Bytes'],
  ];
}
