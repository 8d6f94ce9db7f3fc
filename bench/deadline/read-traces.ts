import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../../cli/read-text-file.ts';
import { InvalidInputError } from '../../core/errors.ts';

/** Whether one spot instance could be had, at equal steps. */
export interface Trace {
  readonly name: string;
  readonly secondsPerTick: number;
  readonly available: readonly boolean[];
}

const TraceFile = z.object({
  metadata: z.object({ gap_seconds: z.number().positive() }),
  data: z.array(z.union([z.literal(0), z.literal(1), z.boolean()])).min(1),
});
const FORM = '{"metadata": {"gap_seconds": SECONDS}, "data": [0, 1, …]}';
const FILES_MAX = 1000;

/**
 * Reads every trace (`.json`) below a folder, or below its `spot-traces`. Where that holds a folder `availability`,
 * only what lies there: other folders of the published collection record preemptions, not what could be had.
 *
 * @throws InvalidInputError  with what was found and what is allowed
 */
export function readTraces(folder: string): Trace[] {
  const below = ['spot-traces/availability', 'spot-traces', 'availability'].map((part) => join(folder, part));
  const home = [...below, folder].find((place) => existsSync(place));
  if (home === undefined) {
    throw new InvalidInputError(
      `--data: ${folder} does not exist. Allowed: a folder of traces, ${FORM} each.`,
    );
  }
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort();
  if (files.length === 0 || files.length > FILES_MAX) {
    throw new InvalidInputError(
      `--data: found ${files.length} traces (.json) below ${home}; allowed: 1 to ${FILES_MAX}, ${FORM} each.`,
    );
  }
  return files.map((file) => readTrace(join(home, file), relative(home, join(home, file))));
}

function readTrace(file: string, name: string): Trace {
  const parsed = TraceFile.safeParse(jsonOf(readTextFile(file, 'a trace'), file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InvalidInputError(
      `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'another form'}. Allowed: ${FORM}.`,
    );
  }
  const { metadata, data } = parsed.data;
  return {
    name: name.replace(/\.json$/, '').replaceAll(sep, '/'),
    secondsPerTick: metadata.gap_seconds,
    available: data.map((value) => value === true || value === 1),
  };
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInputError(`${file}: found text that is not JSON; allowed: ${FORM}.`);
  }
}
