import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { Caller } from './callers.ts';
import { DataSet } from './data-set.ts';
import { MarketParameters } from './market/market-parameters.ts';
import { Program, SparkParameters } from './spark/program.ts';

/**
 * Everything about the world behind the simulated AWS that does not depend on the seed.
 * Documented parameter by parameter in `docs/world-files.md`.
 */
const WorldFile = z.strictObject({
  description: z.string().default(''),
  startDate: z.iso.date(),
  region: z.string().default('us-east-1'),
  /** zone name → zone id */
  zones: z
    .record(z.string(), z.string())
    .default({ 'us-east-1a': 'use1-az1', 'us-east-1b': 'use1-az2', 'us-east-1c': 'use1-az4' }),
  market: MarketParameters.prefault({}),
  /** what EC2 lets the account run at a time, vCPUs */
  quotas: z
    .strictObject({
      onDemandVcpus: z.number().int().positive().default(4000),
      spotVcpus: z.number().int().positive().default(4000),
    })
    .prefault({}),
  spark: SparkParameters.prefault({}),
  dataSets: z.array(DataSet).default([]),
  /** single objects that lie in S3 before anything begins, e.g. what a job runs */
  objects: z
    .array(z.strictObject({ uri: z.string().regex(/^s3:\/\/[^/]+\/./), text: z.string() }))
    .default([]),
  /** other systems that start runs by themselves */
  callers: z.array(Caller).default([]),
  /** by the value of the cluster's `flarepath:job` tag */
  programs: z.record(z.string(), Program).default({}),
  /** for a job without a program of its own: by the cluster's `flarepath:task` tag, else `default` */
  taskPrograms: z
    .strictObject({
      etl: Program.optional(),
      features: Program.optional(),
      training: Program.optional(),
      serving: Program.optional(),
      default: Program,
    })
    .prefault({ default: {} }),
});
export type WorldFile = z.output<typeof WorldFile>;

/**
 * Reads a world file, YAML or JSON.
 *
 * @param fileName  for messages
 * @throws InvalidInputError  when the text cannot be parsed or a parameter is unknown or out of range
 */
export function readWorldFile(text: string, fileName: string): WorldFile {
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (error) {
    throw new InvalidInputError(
      `${fileName}: ${error instanceof Error ? error.message : 'not readable as YAML or JSON'}`,
    );
  }
  const result = WorldFile.safeParse(document);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'file'}: ${issue.message}`,
  );
  throw new InvalidInputError(
    `${fileName}: ${faults.join('; ')}. See docs/world-files.md for what is allowed.`,
  );
}
