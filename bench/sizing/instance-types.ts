import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readTextFile } from '../../cli/read-text-file.ts';
import type { InstanceType } from '../../core/contracts/market.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { CATALOGUE, instanceTypeByName } from '../../core/market/catalogue.ts';

const FILE = join('market', 'instance-types-us-east-1.json');

const Row = z.object({
  vcpu: z.number().int().positive(),
  memMiB: z.number().int().positive(),
  arch: z.enum(['x86_64', 'arm64', 'amd64']),
  gen: z.string().nullable().optional(),
  gpu: z.unknown(),
  netMbps: z.number().nullable().optional(),
  ebsMbps: z.number().nullable().optional(),
  nvmeGB: z.number().nullable().optional(),
  odUsEast1: z.number().nullable().optional(),
  emrAdvisorFlag: z.boolean().nullable().optional(),
  spotSavingsPct: z.number().nullable().optional(),
  band: z.number().int().min(0).max(4).nullable().optional(),
});

/** A type, what spot saves on it at a usual time, and the advisor's band of interruptions. */
export interface OfferedType {
  readonly type: InstanceType;
  readonly spotSavings: number;
  readonly band: number;
}

/** Speed of a core by its generation, where the catalogue does not know the type; 1 = m5. */
const SPEED_BY_GENERATION: Readonly<Record<string, number>> = {
  '4': 0.9,
  '5': 1,
  '6': 1.12,
  '7': 1.3,
  '8': 1.45,
};
const USUAL_SAVINGS = 0.6;
const USUAL_BAND = 1;

/** EMR's types of a data folder, or those of the catalogue where there is no such folder; none with GPUs. */
export function offeredTypes(folder: string | undefined): OfferedType[] {
  const path = [FILE, 'instance-types-us-east-1.json']
    .map((file) => join(folder ?? join('..', 'shared', 'data'), file))
    .find((file) => existsSync(file));
  if (path !== undefined) return typesOf(path);
  if (folder !== undefined) {
    throw new InvalidInputError(
      `--data: found no ${FILE} in ${folder}; leave --data out for the built-in catalogue.`,
    );
  }
  return CATALOGUE.filter((type) => type.gpus === 0).map((type) => ({
    type,
    spotSavings: USUAL_SAVINGS,
    band: USUAL_BAND,
  }));
}

function typesOf(path: string): OfferedType[] {
  const rows = z.record(z.string(), Row).safeParse(JSON.parse(readTextFile(path, 'instance types')));
  if (!rows.success) throw new InvalidInputError(`${path}: ${z.prettifyError(rows.error)}`);
  return Object.entries(rows.data).flatMap(([name, row]) => {
    const [family = name] = name.split('.');
    const price = row.odUsEast1 ?? 0;
    const hasGpu = row.gpu !== null && row.gpu !== undefined && row.gpu !== 0 && row.gpu !== false;
    if (row.emrAdvisorFlag !== true || price <= 0 || hasGpu) return [];
    const type: InstanceType = {
      name,
      family,
      architecture: row.arch === 'arm64' ? 'arm64' : 'x86_64',
      vcpus: row.vcpu,
      memoryMib: row.memMiB,
      networkMbps: row.netMbps ?? 0,
      ebsMbps: row.ebsMbps ?? 0,
      nvmeGb: row.nvmeGB ?? 0,
      gpus: 0,
      onDemandUsdPerHour: price,
      coreSpeed: instanceTypeByName(name)?.coreSpeed ?? SPEED_BY_GENERATION[row.gen ?? ''] ?? 1,
    };
    return [{ type, spotSavings: (row.spotSavingsPct ?? 0) / 100, band: row.band ?? USUAL_BAND }];
  });
}
