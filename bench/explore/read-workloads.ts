import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import { splitTable, sniffDelimiter } from '../../core/runtime-model/split-table.ts';
import { SECONDS_PER_HOUR } from '../../core/units.ts';

/** A workload's measured run on one cluster. */
export interface Configuration {
  readonly instanceType: string;
  readonly nodes: number;
  readonly totalVcpus: number;
  readonly memoryGibPerVcpu: number;
  readonly vcpusPerNode: number;
  readonly runtimeSeconds: number;
  /** in units of the workload's cheapest run; a cluster's price is known before it is tried */
  readonly cost: number;
  readonly costPerHour: number;
}

export interface Workload {
  readonly name: string;
  readonly configurations: readonly Configuration[];
}

const FILES = [join('runtime', 'scout', 'scout.csv'), join('scout', 'scout.csv'), 'scout.csv'];
const COLUMNS = [
  'workload',
  'instance_type',
  'nodes',
  'total_vcpu',
  'runtime_s_approx',
  'cost_norm',
] as const;
const FEWEST_CONFIGURATIONS = 10;
/** GiB of a vCPU by family, as EC2 sells them */
const MEMORY_GIB_PER_VCPU: readonly (readonly [family: RegExp, gib: number])[] = [
  [/^c\d/, 2],
  [/^m\d/, 4],
  [/^r\d/, 8],
];

/** @throws InvalidInputError  when there is no such table, or a line of it cannot be used */
export function readWorkloads(data: string): Workload[] {
  const file = FILES.map((name) => join(data, name)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new InvalidInputError(
      `--data: found none of ${FILES.join(', ')} in ${data}; allowed: a folder that has one.`,
    );
  }
  const text = readFileSync(file, 'utf8');
  const [header, ...lines] = splitTable(text, sniffDelimiter(text.split(/\r?\n/, 1)[0] ?? ''));
  const names = header?.cells ?? [];
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new InvalidInputError(
      `${file}: found the columns ${names.join(', ') || '(none)'}; needed as well: ${missing.join(', ')}.`,
    );
  }
  const workloads = new Map<string, Configuration[]>();
  for (const { line, cells } of lines) {
    const cellOf = (column: (typeof COLUMNS)[number]) => cells[names.indexOf(column)] ?? '';
    const name = cellOf('workload');
    workloads.set(name, [...(workloads.get(name) ?? []), configurationOf(`${file}, line ${line}`, cellOf)]);
  }
  return [...workloads].map(([name, configurations]) => {
    if (configurations.length >= FEWEST_CONFIGURATIONS) return { name, configurations };
    throw new InvalidInputError(
      `${file}: found ${configurations.length} runs of ${name}; needed: ${FEWEST_CONFIGURATIONS} or more.`,
    );
  });
}

function configurationOf(where: string, cellOf: (column: (typeof COLUMNS)[number]) => string): Configuration {
  const numberOf = (column: (typeof COLUMNS)[number]) => {
    const value = Number(cellOf(column));
    if (cellOf(column) !== '' && value > 0 && Number.isFinite(value)) return value;
    throw new InvalidInputError(
      `${where}, ${column}: found "${cellOf(column)}"; allowed: a number, more than 0.`,
    );
  };
  const instanceType = cellOf('instance_type');
  const memory = MEMORY_GIB_PER_VCPU.find(([family]) => family.test(instanceType));
  if (memory === undefined) {
    throw new InvalidInputError(
      `${where}, instance_type: found "${instanceType}"; allowed: a type of a c, m or r family, such as c4.large.`,
    );
  }
  const [nodes, totalVcpus] = [numberOf('nodes'), numberOf('total_vcpu')];
  const [runtimeSeconds, cost] = [numberOf('runtime_s_approx'), numberOf('cost_norm')];
  return {
    instanceType,
    nodes,
    totalVcpus,
    memoryGibPerVcpu: memory[1],
    vcpusPerNode: totalVcpus / nodes,
    runtimeSeconds,
    cost,
    costPerHour: (cost * SECONDS_PER_HOUR) / runtimeSeconds,
  };
}
