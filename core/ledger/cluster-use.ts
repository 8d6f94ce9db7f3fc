import type { ExecutorShape } from '../contracts/fleet-plan.ts';
import type { InstanceType } from '../contracts/market.ts';
import { coresTakenByDriver, executorCoresOn } from '../executors/executor-layout.ts';
import { SECONDS_PER_HOUR, epochMilliseconds, MILLISECONDS_PER_SECOND } from '../units.ts';
import type { BilledInstance } from './billed-instance.ts';
import { billedHours } from './estimate-cost.ts';

/** The nodes that worked, averaged over the time the steps ran. */
interface MeanNodes {
  /** of executors */
  readonly cores: number;
  readonly nodes: number;
  readonly memoryMib: number;
  readonly coreSpeed: number;
}

type InstanceTypeByName = (name: string) => InstanceType | undefined;

/**
 * Core and task nodes weighted by the time they were there while steps ran, and the executor cores they had room
 * for: what plans count in, too. An event log tells fewer when Spark let idle executors go.
 *
 * @returns null when no node of a known type was there, or the span is empty
 */
export function meanNodes(
  instances: readonly BilledInstance[],
  span: { from: string; until: string },
  executor: ExecutorShape,
  instanceTypeByName: InstanceTypeByName,
): MeanNodes | null {
  const fromMs = epochMilliseconds(span.from);
  const untilMs = epochMilliseconds(span.until);
  if (untilMs <= fromMs) return null;
  let cores = 0;
  let nodes = 0;
  let memoryMib = 0;
  let work = 0;
  let driver = { cores: 0, coreSpeed: 0 };
  for (const instance of instances) {
    const type = instanceTypeByName(instance.instanceType);
    if (instance.role === 'primary' || type === undefined) continue;
    const start = Math.max(fromMs, epochMilliseconds(instance.startedAt));
    const end = Math.min(untilMs, instance.endedAt === null ? untilMs : epochMilliseconds(instance.endedAt));
    const share = Math.max(0, end - start) / (untilMs - fromMs);
    nodes += share;
    memoryMib += share * type.memoryMib;
    const executorCores = share * executorCoresOn(type, executor);
    cores += executorCores;
    work += executorCores * type.coreSpeed;
    const taken = share * coresTakenByDriver(type, executor);
    if (instance.role === 'core' && taken > driver.cores)
      driver = { cores: taken, coreSpeed: type.coreSpeed };
  }
  cores -= driver.cores;
  work -= driver.cores * driver.coreSpeed;
  return cores > 0 ? { cores, nodes, memoryMib, coreSpeed: work / cores } : null;
}

/** Core-seconds paid for, start-up, tail and primary node included. */
export function paidCoreSeconds(
  instances: readonly BilledInstance[],
  until: string,
  instanceTypeByName: InstanceTypeByName,
): number {
  return instances.reduce((sum, instance) => {
    const vcpus = instanceTypeByName(instance.instanceType)?.vcpus ?? 0;
    return sum + vcpus * billedHours(instance, until) * SECONDS_PER_HOUR;
  }, 0);
}

/** Seconds from the first step's start to the last one's end; null while either is unknown. */
export function stepSpan(steps: readonly { startedAt: string | null; endedAt: string | null }[]): {
  startedAt: string | null;
  endedAt: string | null;
  seconds: number | null;
} {
  const starts = steps.flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]));
  const ends = steps.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt]));
  const startedAt = starts.sort((a, b) => epochMilliseconds(a) - epochMilliseconds(b))[0] ?? null;
  const endedAt = ends.sort((a, b) => epochMilliseconds(b) - epochMilliseconds(a))[0] ?? null;
  const seconds =
    startedAt === null || endedAt === null
      ? null
      : Math.max(0, epochMilliseconds(endedAt) - epochMilliseconds(startedAt)) / MILLISECONDS_PER_SECOND;
  return { startedAt, endedAt, seconds };
}
