import type { InstanceType } from '../../../core/contracts/market.ts';
import { MIB_PER_GIB } from '../../../core/units.ts';

export type SparkConf = Readonly<Record<string, string>>;

/** How Spark lays executors out, from its configuration. */
export interface ExecutorLayout {
  readonly cores: number;
  readonly memoryMib: number;
  readonly overheadMib: number;
  /** null: as many as fit */
  readonly maxExecutors: number | null;
}

const MIN_OVERHEAD_MIB = 384;
/** What EMR sets where nobody does: spark.executor.memoryOverheadFactor. */
const EMR_OVERHEAD_FACTOR = 0.1875;
const RESERVED_HEAP_MIB = 300;
const DEFAULT_CORES = 4;

/** Memory that YARN hands out on a node: three quarters of small nodes, all but 8 GiB of large ones. */
function yarnMemoryMib(type: InstanceType): number {
  return Math.floor(Math.max(type.memoryMib * 0.75, type.memoryMib - 8 * MIB_PER_GIB));
}

/** @param coreType  the core nodes' type, from which EMR derives what the configuration leaves open */
export function executorLayout(conf: SparkConf, coreType: InstanceType): ExecutorLayout {
  const cores = Math.max(1, Number(conf['spark.executor.cores'] ?? Math.min(DEFAULT_CORES, coreType.vcpus)));
  const perNode = Math.max(1, Math.floor(coreType.vcpus / cores));
  const fallbackMib = Math.floor(yarnMemoryMib(coreType) / perNode / (1 + EMR_OVERHEAD_FACTOR));
  const memoryMib = memoryOf(conf['spark.executor.memory']) ?? fallbackMib;
  const factor = Number(conf['spark.executor.memoryOverheadFactor'] ?? EMR_OVERHEAD_FACTOR);
  const overheadMib =
    memoryOf(conf['spark.executor.memoryOverhead']) ??
    Math.max(MIN_OVERHEAD_MIB, Math.floor(memoryMib * factor));
  const dynamic = (conf['spark.dynamicAllocation.enabled'] ?? 'true') === 'true';
  const bound = dynamic
    ? conf['spark.dynamicAllocation.maxExecutors']
    : (conf['spark.executor.instances'] ?? '2');
  return { cores, memoryMib, overheadMib, maxExecutors: bound === undefined ? null : Number(bound) };
}

/** Executors that fit on a node. @param reservedMib  what the driver's container takes there */
export function executorsOn(type: InstanceType, layout: ExecutorLayout, reservedMib: number): number {
  const byMemory = Math.floor((yarnMemoryMib(type) - reservedMib) / (layout.memoryMib + layout.overheadMib));
  return Math.max(0, Math.min(Math.floor(type.vcpus / layout.cores), byMemory));
}

/** Memory for execution and storage that each core of an executor has, GiB. */
export function memoryPerCoreGib(conf: SparkConf, layout: ExecutorLayout): number {
  const fraction = Number(conf['spark.memory.fraction'] ?? '0.6');
  return Math.max(0.05, ((layout.memoryMib - RESERVED_HEAP_MIB) * fraction) / layout.cores / MIB_PER_GIB);
}

/** The driver's container in cluster mode, MiB. */
export function driverContainerMib(conf: SparkConf): number {
  const memoryMib = memoryOf(conf['spark.driver.memory']) ?? 2048;
  const overheadMib = memoryOf(conf['spark.driver.memoryOverhead']);
  return memoryMib + (overheadMib ?? Math.max(MIN_OVERHEAD_MIB, Math.floor(memoryMib * 0.1)));
}

/** MiB of a JVM size such as `18g` or `9486M`; a bare number is MiB. */
function memoryOf(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text ?? '');
  if (match === null) return undefined;
  const factors: Readonly<Record<string, number>> = { k: 1 / 1024, '': 1, m: 1, g: 1024, t: 1024 ** 2 };
  return Math.floor(Number(match[1]) * (factors[(match[2] ?? '').toLowerCase()] ?? 1));
}
