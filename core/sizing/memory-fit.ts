import type { LoadForecast } from '../contracts/load-forecast.ts';
import type { InstanceType, Pool } from '../contracts/market.ts';
import { CORES_PER_EXECUTOR, executorLayoutOf } from '../executors/executor-layout.ts';
import type { LayoutRules } from '../executors/layout-rules.ts';
import { heapMibPerCoreFor } from '../executors/room-for-data.ts';
import type { RuntimeModel } from '../runtime-model/model.ts';
import { wantedMibPerCoreAt } from '../runtime-model/peak-memory.ts';
import { bytesText } from '../units-text.ts';
import { BYTES_PER_MIB } from '../units.ts';
import { eligibleArenas, suitsSomewhere, type EligibilityRule } from './arenas.ts';
import { NO_CONSTRAINTS } from './plan-constraints.ts';
import type { SizingRequest } from './sizing-request.ts';

/** Nineteen of twenty runs want no more than is reckoned with. */
const CAUTIOUS_LEVEL = 0.95;
/**
 * Tasks may want so many times the room they have. What is beyond the room goes to disk, which the runtime model prices;
 * beyond twice the room most of a task's data do, the collector has no slack, and executors get killed.
 */
const MOST_WANTED_OVER_ROOM = 2;

/** A request held to the memory that its job wants. */
interface Held {
  readonly request: SizingRequest;
  /** which types are let in; absent: all that suit the job */
  readonly rule?: EligibilityRule;
  readonly reasons: readonly string[];
  /** what to plan where no fleet holds to that within the limits; absent: it is held to nothing */
  readonly otherwise?: Held;
}

/**
 * Holds a request to the memory that the job's past runs wanted: types whose executors would have less than half of it
 * for each core are left out; where no other suits the job, nodes hold fewer and larger executors. That is a wish: a run
 * that writes to disk what does not fit is better than none, so it is given up where it leaves no fleet within the limits.
 */
export function withRoomForData(request: SizingRequest): Held {
  const { model, market, job, constraints = NO_CONSTRAINTS } = request;
  const wantedMib = cautiousWantedMibPerCore(model, request.forecast);
  const leastMib = heapMibPerCoreFor(wantedMib / MOST_WANTED_OVER_ROOM, CORES_PER_EXECUTOR);
  const { layout } = constraints;
  const otherwise = withoutWish(request);
  if (wantedMib === 0 || layout.executorMemoryMibPerCore >= leastMib)
    return { request, reasons: [], ...(otherwise.request === request ? {} : { otherwise }) };
  const wanted = `in 19 of 20 runs a core's tasks want up to ${bytesText(wantedMib * BYTES_PER_MIB)} for their data`;
  const roomy = ({ instanceType }: Pool) => usualHeapMibPerCore(instanceType, layout) >= leastMib;
  const rule = { name: `that ${wanted}`, holds: roomy };
  if (!suitsSomewhere(job, market, { ...rule, holds: (pool) => !roomy(pool) }))
    return { request, reasons: [] };
  if (suitsSomewhere(job, market, rule)) {
    return {
      request,
      rule,
      reasons: [`Memory: ${wanted}; types that have less than half of it are left out.`],
      otherwise,
    };
  }
  const types = eligibleArenas(job, market).flatMap(({ pools }) =>
    pools.map(({ instanceType }) => instanceType),
  );
  // one executor that has its node to itself
  const alone = { ...layout, executorsPerNodeShare: Number.EPSILON };
  const mostMib = Math.max(...types.map((type) => usualHeapMibPerCore(type, alone)));
  const larger = { ...layout, executorMemoryMibPerCore: Math.floor(Math.min(leastMib, mostMib)) };
  return {
    request: { ...request, constraints: { ...constraints, layout: larger } },
    reasons: [`Memory: ${wanted}; no type that suits the job has half of it, so nodes hold fewer executors.`],
    otherwise,
  };
}

/** The request held to no more memory than what failed asks for. */
function withoutWish(request: SizingRequest): Held {
  const { constraints } = request;
  const reasons = [
    'Memory: no fleet within the limits has the room that past runs wanted; what does not fit is written to disk.',
  ];
  const neededMib = constraints?.neededMibPerCore;
  if (constraints === undefined || neededMib === undefined) return { request, reasons };
  const layout = { ...constraints.layout, executorMemoryMibPerCore: neededMib };
  return { request: { ...request, constraints: { ...constraints, layout } }, reasons };
}

/** What a core's work wants to hold at most, in nineteen of twenty runs: MiB; 0 where no run has told. */
export function cautiousWantedMibPerCore(
  { peakMemory }: Pick<RuntimeModel, 'peakMemory'>,
  { inputBytes }: Pick<LoadForecast, 'inputBytes'>,
): number {
  return peakMemory === null ? 0 : wantedMibPerCoreAt(peakMemory, inputBytes, CAUTIOUS_LEVEL);
}

/** Heap that an executor has for each core on nodes of one type. */
function usualHeapMibPerCore(type: InstanceType, layout: LayoutRules): number {
  const { shape } = executorLayoutOf({ core: type, coreNodes: 2, task: [type] }, layout);
  return shape.memoryMib / shape.cores;
}
