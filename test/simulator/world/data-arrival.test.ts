import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readWorldFile } from '../../../simulator/world/world-file.ts';
import { emrAccount } from '../services/emr-account.ts';

const GIB = 1024 ** 3;
const DAY_MINUTES = 24 * 60;

function sizes(account: ReturnType<typeof emrAccount>, prefix: string) {
  return account.storage.sizeOf(prefix) / GIB;
}

describe('data sets', () => {
  test('the past lies there, each day brings its data with a marker, weekends differ', async () => {
    const account = emrAccount();
    account.world.beginDataArrival();
    expect(sizes(account, 's3://example-data/orders/dt=2026-01-03/')).toBeGreaterThan(100);
    expect(account.storage.exists('s3://example-data/orders/dt=2026-01-05/')).toBe(false);
    await account.pass(14 * DAY_MINUTES);
    expect(account.storage.exists('s3://example-data/orders/dt=2026-01-05/_SUCCESS')).toBe(true);
    const [tuesday, saturday] = ['2026-01-13', '2026-01-17'].map((d) =>
      sizes(account, `s3://example-data/orders/dt=${d}/`),
    );
    expect(saturday).toBeGreaterThan((tuesday ?? 0) * 1.2);
    expect(sizes(account, 's3://example-data/churn-features/')).toBeGreaterThan(50);
    expect(sizes(account, 's3://example-data/churn-features/')).toBeLessThan(75);
  });

  test('a delivery that is empty has its marker all the same', async () => {
    const faults = [
      {
        kind: 'bad-data' as const,
        match: { dataSet: 'ledger', date: '2026-01-06' },
        with: { form: 'empty' },
      },
    ];
    const account = emrAccount({ faults });
    account.world.beginDataArrival();
    await account.pass(3 * DAY_MINUTES);
    expect(sizes(account, 's3://example-data/ledger/dt=2026-01-06/')).toBe(0);
    expect(account.storage.exists('s3://example-data/ledger/dt=2026-01-06/_SUCCESS')).toBe(true);
    expect(sizes(account, 's3://example-data/ledger/dt=2026-01-05/')).toBeGreaterThan(0);
  });

  test('a late delivery of one day does not move another', async () => {
    const other = async (faults: { kind: 'bad-data'; match: object; with: object }[]) => {
      const account = emrAccount({ faults: faults as never });
      account.world.beginDataArrival();
      await account.pass(3 * DAY_MINUTES);
      return sizes(account, 's3://example-data/orders/dt=2026-01-06/');
    };
    const late = [{ kind: 'bad-data' as const, match: { date: '2026-01-05' }, with: { form: 'late' } }];
    expect(await other(late)).toBe(await other([]));
  });
});

describe('world files', () => {
  test('the example is valid and knows the six jobs', () => {
    const world = readWorldFile(readFileSync('examples/worlds/fortnight.yaml', 'utf8'), 'fortnight.yaml');
    expect(Object.keys(world.programs).sort()).toEqual([
      'churn-training',
      'clickstream-features',
      'fraud-scoring',
      'inventory-snapshot',
      'ledger-reconciliation',
      'orders-nightly',
    ]);
  });

  test('a misspelt parameter is refused with its place', () => {
    expect(() =>
      readWorldFile('startDate: "2026-01-05"\nmarket: { price: { meanshare: 1 } }', 'w.yaml'),
    ).toThrow(/w\.yaml: market\.price: .*meanshare/);
    expect(() => readWorldFile('startDate: [', 'w.yaml')).toThrow('w.yaml');
  });

  test('a file may say only when the world begins', () => {
    expect(readWorldFile('{"startDate": "2026-03-01"}', 'w.json').taskPrograms.default.stages).toHaveLength(
      2,
    );
  });

  test('every parameter is documented', () => {
    const docs = readFileSync('docs/world-files.md', 'utf8');
    const named = (value: unknown): string[] =>
      typeof value !== 'object' || value === null || Array.isArray(value)
        ? []
        : Object.entries(value).flatMap(([key, inner]) => [key, ...named(inner)]);
    const { market, spark } = readWorldFile('startDate: "2026-01-05"', 'w');
    for (const name of [...named(market), ...named(spark)]) expect(docs, name).toContain(`\`${name}\``);
  });
});
