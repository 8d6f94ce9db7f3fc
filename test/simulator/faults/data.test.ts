import { expect, it } from 'vitest';
import { clusterRequest, emrAccount, GIB, launched, MINUTE_MS, START_MS } from '../services/emr-account.ts';

const DELIVERY = 's3://example-data/ledger/dt=2026-01-05/';

/** The delivery of the world's first day, and a step that reads it two days later. */
async function deliveredAndRead(form: string | null) {
  const faults = [
    { kind: 'bad-data' as const, match: { dataSet: 'ledger', date: '2026-01-05' }, with: { form } },
  ];
  const account = emrAccount({ faults: form === null ? [] : faults });
  account.world.beginDataArrival();
  await account.pass(2 * 24 * 60);
  const bytes = account.storage.sizeOf(DELIVERY);
  const arrived = account.kernel.traced.entries.find(
    ({ kind, detail }) =>
      kind === 'world.data' && detail['dataSet'] === 'ledger' && detail['date'] === '2026-01-05',
  );
  const [step] = clusterRequest().Steps;
  const args = step!.HadoopJarStep.Args.map((argument) =>
    argument.replace(/^s3:\/\/example-data.*$/, DELIVERY),
  );
  const steps = [{ ...step!, HadoopJarStep: { Jar: 'command-runner.jar', Args: args } }];
  const cluster = await launched(account, { Steps: steps });
  await account.pass(180);
  const log = [...account.storage.texts].filter(([uri]) => uri.includes('/events_')).map(([, text]) => text);
  return {
    gib: bytes / GIB,
    hour: ((arrived?.atMs ?? 0) - START_MS) / MINUTE_MS / 60,
    state: (await cluster.steps())[0].Status.State as string,
    exceptions: [...new Set([...log.join('').matchAll(/"Class Name":"([^"]+)"/g)].map(([, name]) => name))],
  };
}

it('a delivery is late, empty or doubled, cannot be read, or has other columns', async () => {
  const sound = await deliveredAndRead(null);
  expect(sound).toMatchObject({ state: 'COMPLETED', exceptions: [] });
  expect((await deliveredAndRead('late')).hour).toBeGreaterThan(sound.hour + 1);
  expect((await deliveredAndRead('empty')).gib).toBe(0);
  expect((await deliveredAndRead('doubled')).gib).toBeCloseTo(2 * sound.gib, 3);
  expect(await deliveredAndRead('corrupt')).toEqual({
    ...sound,
    state: 'FAILED',
    exceptions: ['org.apache.parquet.io.ParquetDecodingException'],
  });
  expect(await deliveredAndRead('schema-changed')).toEqual({
    ...sound,
    state: 'FAILED',
    exceptions: ['org.apache.spark.sql.execution.datasources.SchemaColumnConvertNotSupportedException'],
  });
});
