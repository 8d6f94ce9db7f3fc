/** The whole product with real Spark, a worker killed in the middle. Minutes long, hence only where it is asked for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flyForReal } from '../../cli/spark/fly-for-real.ts';
import { whatIsMissing } from '../../cli/spark/toolchain.ts';
import { consoleContext } from '../../cli/command-context.ts';
import type { RunView } from '../../dashboard/report-data.ts';

const asked = process.env['REAL_SPARK'] !== undefined;
const why = asked ? whatIsMissing() : 'REAL_SPARK is not set';

describe.skipIf(why !== null)(`two runs with real Spark${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let directory: string;
  let runs: readonly RunView[];
  const said: string[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'real-spark-'));
    const flight = { runs: ['join-orders', 'join-orders'], mib: 16, effort: 'fast', reclaim: true } as const;
    const context = { ...consoleContext, note: (line: string) => void said.push(line) };
    const { data } = await flyForReal({ ...flight, directory }, context);
    runs = data.jobs.flatMap((job) => job.runs);
  }, 900_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('land, the first although a worker was killed', () => {
    expect(runs.map(({ record }) => ({ outcome: record.outcome, reclaims: record.reclaims }))).toEqual([
      { outcome: 'succeeded', reclaims: 1 },
      { outcome: 'succeeded', reclaims: 0 },
    ]);
    expect(runs.every(({ record }) => record.outputPresent)).toBe(true);
  });

  it('are read from what Spark logged', () => {
    for (const { record } of runs) {
      expect(record.taskSeconds).toBeGreaterThan(1);
      expect(record.utilisation).toBeGreaterThan(0.05);
      expect(record.logRemarks).toEqual([]);
    }
  });

  it('teach: the second is predicted nearer to what Spark takes', () => {
    const [first, second] = runs.map(({ record }) => {
      const predicted = record.predictedRuntimeSeconds?.[4] ?? 0;
      return Math.abs(Math.log(predicted / (record.runtimeSeconds ?? 1)));
    });
    expect(second).toBeLessThan(first ?? 0);
  });

  it('report their progress, the second as a share of what the first took', () => {
    expect(said.some((line) => /[1-9]\d* tasks done, \d+ open.* [12] executors/.test(line))).toBe(true);
    expect(said.some((line) => /executors, \d+ % of the work/.test(line))).toBe(true);
  });
});
