import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../../cli/read-text-file.ts';
import { Job } from '../../core/contracts/job.ts';
import { Market } from '../../core/contracts/market.ts';
import { Quantiles } from '../../core/contracts/quantities.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { RuntimeModel } from '../../core/runtime-model/runtime-model.ts';

/** Reclaims of a pool, earliest first: those that come before ten times the time to the deadline. */
const Reclaims = z.object({
  scenario: z.array(z.number().int().nonnegative()),
  /** in units of the pool's mean time between reclaims */
  waits: z.array(z.number().nonnegative()),
  /** null: nothing comes */
  refillSeconds: z.array(z.number().nonnegative().nullable()),
});

/** What may happen, scenario by scenario. */
const Draws = z
  .object({
    inputBytes: z.array(z.number().positive()).min(1),
    residualLevel: z.array(z.number().min(0).max(1)),
    startupFactor: z.array(z.number().positive()),
    priceRise: z.array(z.number().nonnegative()),
    /** by instance type; a type that is not named is never reclaimed */
    reclaims: z.record(z.string(), Reclaims),
  })
  .refine(
    (draws) =>
      [draws.residualLevel, draws.startupFactor, draws.priceRise].every(
        ({ length }) => length === draws.inputBytes.length,
      ),
    { error: 'inputBytes, residualLevel, startupFactor and priceRise must be of one length' },
  );

/** A sizing problem, whole: docs/benchmarks.md says what each part means. */
export const Instance = z.object({
  name: z.string().regex(/^[a-z0-9-]+$/, { error: 'small letters, digits and hyphens' }),
  kind: z.enum(['small', 'linear', 'non-linear']),
  job: z.object({
    name: z.string(),
    task: Job.shape.task,
    release: Job.shape.release,
    capacity: Job.shape.capacity,
    budget: Job.shape.budget,
    slo: Job.shape.slo,
  }),
  secondsLeft: z.number().positive(),
  inputBytes: Quantiles,
  model: RuntimeModel,
  market: Market,
  draws: Draws,
});
export type Instance = z.infer<typeof Instance>;

/**
 * The instances of a folder, by name.
 *
 * @throws InvalidInputError  when there is none, or one that says something else than an instance
 */
export function readInstances(folder: string): Instance[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.instance.json'));
  } catch {
    throw new InvalidInputError(
      `--instances: found no folder ${folder}; name one that holds NAME.instance.json.`,
    );
  }
  if (names.length === 0) {
    throw new InvalidInputError(
      `--instances: found no NAME.instance.json in ${folder}; --dump writes such files.`,
    );
  }
  return names.sort().map((name) => readInstance(join(folder, name)));
}

function readInstance(path: string): Instance {
  let value: unknown;
  try {
    value = JSON.parse(readTextFile(path, 'an instance'));
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw new InvalidInputError(`${path}: found no JSON (${String(error)}); see docs/benchmarks.md.`);
  }
  const parsed = Instance.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InvalidInputError(`${path}: ${z.prettifyError(parsed.error)}\nSee docs/benchmarks.md.`);
}

/** Writes an instance, or what was planned for it, beside others. */
export function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(value)}\n`);
}
