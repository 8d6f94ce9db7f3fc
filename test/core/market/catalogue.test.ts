import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { InstanceType } from '../../../core/contracts/market.ts';
import { CATALOGUE, instanceTypeByName } from '../../../core/market/catalogue.ts';

const publicDataFile = `${process.env['FLAREPATH_SHARED_DATA'] ?? '../shared/data'}/market/instance-types-us-east-1.json`;
const PublicData = z.record(
  z.string(),
  z.object({
    vcpu: z.number(),
    memMiB: z.number(),
    arch: z.string(),
    ebsMbps: z.number().nullable(),
    netMbps: z.number().nullable(),
    nvmeGB: z.number().nullable(),
    gpu: z.union([z.number(), z.string()]).nullable(),
    odUsEast1: z.number().nullable(),
  }),
);

describe('the catalogue of instance types', () => {
  test('every entry keeps its contract and no name comes twice', () => {
    for (const type of CATALOGUE) InstanceType.parse(type);
    expect(new Set(CATALOGUE.map((type) => type.name)).size).toBe(CATALOGUE.length);
  });

  test('at least 25 families, on x86, arm64 and with GPU', () => {
    expect(new Set(CATALOGUE.map((type) => type.family)).size).toBeGreaterThanOrEqual(25);
    expect(new Set(CATALOGUE.map((type) => type.architecture))).toEqual(new Set(['x86_64', 'arm64']));
    expect(CATALOGUE.some((type) => type.gpus > 0)).toBe(true);
  });

  test('a type is found by its name, an unknown name is not', () => {
    expect(instanceTypeByName('m5.2xlarge')).toMatchObject({
      vcpus: 8,
      memoryMib: 32_768,
      onDemandUsdPerHour: 0.384,
    });
    expect(instanceTypeByName('c4.8xlarge')).toMatchObject({ vcpus: 36, memoryMib: 61_440 });
    expect(instanceTypeByName('m5.huge')).toBeUndefined();
  });

  test.skipIf(!existsSync(publicDataFile))('agrees with public data on every type both know', () => {
    const known = PublicData.parse(JSON.parse(readFileSync(publicDataFile, 'utf8')));
    let compared = 0;
    for (const type of CATALOGUE) {
      const fact = known[type.name];
      if (fact === undefined) continue;
      compared += 1;
      expect([type.name, type.vcpus, type.memoryMib, type.architecture]).toEqual([
        type.name,
        fact.vcpu,
        fact.memMiB,
        fact.arch === 'arm64' ? 'arm64' : 'x86_64',
      ]);
      expect([type.name, type.gpus, type.nvmeGb]).toEqual([
        type.name,
        Number(fact.gpu ?? 0),
        fact.nvmeGB ?? 0,
      ]);
      if (fact.ebsMbps !== null) expect([type.name, type.ebsMbps]).toEqual([type.name, fact.ebsMbps]);
      if (fact.netMbps !== null) expect([type.name, type.networkMbps]).toEqual([type.name, fact.netMbps]);
      if (fact.odUsEast1 !== null) {
        const error = Math.abs(type.onDemandUsdPerHour / fact.odUsEast1 - 1);
        expect([type.name, error < 0.01]).toEqual([type.name, true]);
      }
    }
    expect(compared).toBeGreaterThan(200);
  });
});
