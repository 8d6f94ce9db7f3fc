import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { elementName } from '../../core/incidents/root-cause/leaf-table.ts';
import { setFolder } from './data-folder.ts';
import { namedTable } from './read-table.ts';

/** Counts of a minute, by attribute values, and what people said was wrong. */
export interface RateCase {
  readonly name: string;
  readonly attributes: readonly string[];
  readonly nowSeconds: number;
  readonly leaves: readonly RateLeaf[];
  /** names of the causes */
  readonly causes: readonly string[];
}

interface RateLeaf {
  readonly values: readonly string[];
  readonly atSeconds: number;
  readonly events: number;
  readonly trials: number;
}

const INDEX = 'anomaly.yaml';
const [TIME, EVENTS, TRIALS] = ['min', 'value', 'cnt'] as const;
const Cause = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .refine((cause) => Object.keys(cause).length > 0, { error: 'a cause has one attribute or more' });
const Index = z
  .array(
    z.object({
      data: z.union([z.string(), z.number()]).transform(String),
      timestamp: z.number(),
      cause: z.union([z.array(Cause).min(1), Cause.transform((cause) => [cause])]),
    }),
  )
  .min(1);

/** @throws InvalidInputError  when there is no such set, or something in it cannot be used */
export function readRateCases(data: string): RateCase[] {
  const folder = setFolder(data, 'rs', INDEX);
  const file = join(folder, INDEX);
  return parseIndex(file).map(({ data: name, timestamp, cause }) => {
    const table = join(folder, `${name}.csv`);
    const { columns, lines } = namedTable(table, readTextFile(table, `a table that ${INDEX} names`), [
      TIME,
      EVENTS,
      TRIALS,
    ]);
    const attributes = columns.filter((column) => ![TIME, EVENTS, TRIALS].some((own) => own === column));
    const leaves = lines.map((line) => ({
      values: attributes.map((attribute) => line.text(attribute)),
      atSeconds: line.amount(TIME),
      events: line.amount(EVENTS),
      trials: line.amount(TRIALS),
    }));
    if (!leaves.some(({ atSeconds }) => atSeconds === timestamp)) {
      throw new InvalidInputError(`${table}: found no line at ${timestamp}, the time that ${INDEX} names.`);
    }
    return { name, attributes, nowSeconds: timestamp, leaves, causes: cause.map(nameOf) };
  });
}

function parseIndex(file: string): z.infer<typeof Index> {
  const text = readTextFile(file, 'the list of cases');
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new InvalidInputError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = Index.safeParse(content);
  if (read.success) return read.data;
  throw new InvalidInputError(
    `${file}: ${z.prettifyError(read.error)}\nNeeded: a list of cases, each with data, timestamp and cause.`,
  );
}

function nameOf(cause: Readonly<Record<string, string | number>>): string {
  return elementName(
    Object.entries(cause).map(([attribute, value]) => ({ attribute, value: String(value) })),
  );
}
