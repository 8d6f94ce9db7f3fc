import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';
import type { LoadedSeries } from '../../core/incidents/root-cause/window-impact.ts';
import { splitTable } from '../../core/runtime-model/split-table.ts';
import { setFolder } from './data-folder.ts';

/** Measurements of services: times, and series by service, metric and statistic. */
export interface ServiceMetrics {
  readonly timesSeconds: readonly number[];
  readonly services: readonly string[];
  series(service: string, metric: string, statistic: string): LoadedSeries | undefined;
}

/** A fault that was put into one service of a shop. */
export interface ServiceIssue {
  readonly name: string;
  readonly target: {
    readonly node: string;
    readonly metric: Metric;
    readonly agg: string;
    readonly timestamp: number;
  };
  readonly causeNode: string;
  readonly metrics: ServiceMetrics;
}

/** A shop under one kind of traffic. */
export interface ServiceScenario {
  readonly name: string;
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  readonly normal: ServiceMetrics;
  readonly issues: readonly ServiceIssue[];
}

const Metric = z.enum(['latency', 'availability']);
export type Metric = z.infer<typeof Metric>;

const GRAPH = 'graph.csv';
const METRICS = 'metrics.csv';
const SPLITS = ['train', 'test'] as const;
const LOAD = ['requests', 'Sum'] as const;
const HEADINGS = ['microservice', 'metric', 'statistic', 'unix_timestamp'] as const;
const Target = z.object({
  target: z.object({
    node: z.string().min(1),
    metric: Metric,
    agg: z.string().min(1),
    timestamp: z.number(),
  }),
  root_cause: z.object({ node: z.string().min(1) }),
});

/** @throws InvalidInputError  when there is no such set, or something in it cannot be used */
export function readScenarios(data: string): ServiceScenario[] {
  const folder = setFolder(data, 'petshop');
  const names = foldersIn(folder).filter((name) => existsSync(join(folder, name, GRAPH)));
  if (names.length > 0) return names.map((name) => readScenario(join(folder, name), name));
  if (existsSync(join(folder, GRAPH))) return [readScenario(folder, 'petshop')];
  throw new InvalidInputError(`--data: found no folder with ${GRAPH} in ${folder}; needed: one or more.`);
}

function readScenario(folder: string, name: string): ServiceScenario {
  const normal = readMetrics(join(folder, 'noissue', METRICS));
  const issues = SPLITS.flatMap((split) =>
    foldersIn(join(folder, split)).map((issue) =>
      readIssue(join(folder, split, issue), `${name}/${split}/${issue}`),
    ),
  );
  if (issues.length === 0) {
    throw new InvalidInputError(`${folder}: found no issues in ${SPLITS.join(', ')}; needed: one or more.`);
  }
  return { name, dependsOn: readGraph(join(folder, GRAPH)), normal, issues };
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function readIssue(folder: string, name: string): ServiceIssue {
  const file = join(folder, 'target.json');
  const text = readTextFile(file, 'the description of an issue');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new InvalidInputError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = Target.safeParse(content);
  if (!read.success) throw new InvalidInputError(`${file}: ${z.prettifyError(read.error)}`);
  const { target, root_cause: cause } = read.data;
  return { name, target, causeNode: cause.node, metrics: readMetrics(join(folder, METRICS)) };
}

/** Who calls whom: a square of cells, more than 0 where the service of the line calls that of the column. */
function readGraph(file: string): Map<string, string[]> {
  const [header, ...lines] = splitTable(readTextFile(file, 'a call graph'), ',');
  const columns = header?.cells.slice(1) ?? [];
  return new Map(
    lines.map(({ line, cells: [service = '', ...cells] }) => {
      if (cells.length !== columns.length || cells.some((cell) => !Number.isFinite(Number(cell)))) {
        throw new InvalidInputError(
          `${file}, line ${line}: found ${cells.length} cells; needed: ${columns.length} numbers, one for each service.`,
        );
      }
      return [service, columns.filter((_, i) => Number(cells[i]) > 0)];
    }),
  );
}

function readMetrics(file: string): ServiceMetrics {
  const lines = splitTable(readTextFile(file, 'a table of metrics'), ',');
  const head = HEADINGS.map((heading, i) => {
    const [first = '', ...cells] = lines[i]?.cells ?? [];
    if (first === heading) return cells;
    throw new InvalidInputError(`${file}, line ${i + 1}: found "${first}"; needed: ${heading}.`);
  });
  const [services = [], metrics = [], statistics = []] = head;
  const points = lines.slice(HEADINGS.length);
  const numberAt = (cell: string, line: number) => {
    const value = Number(cell);
    if (Number.isFinite(value)) return value;
    throw new InvalidInputError(`${file}, line ${line}: found "${cell}"; allowed: a number, or nothing.`);
  };
  const columns = new Map<string, (number | null)[]>(
    services.map((service, c) => [
      keyOf(service, metrics[c] ?? '', statistics[c] ?? ''),
      points.map(({ line, cells }) =>
        (cells[c + 1] ?? '') === '' ? null : numberAt(cells[c + 1] ?? '', line),
      ),
    ]),
  );
  return {
    timesSeconds: points.map(({ line, cells }) => numberAt(cells[0] ?? '', line)),
    services: [...new Set(services)],
    series: (service, metric, statistic) => {
      const values = columns.get(keyOf(service, metric, statistic));
      if (values === undefined) return undefined;
      return { values, loads: columns.get(keyOf(service, ...LOAD)) ?? values.map(() => null) };
    },
  };
}

function keyOf(service: string, metric: string, statistic: string): string {
  return JSON.stringify([service, metric, statistic]);
}
