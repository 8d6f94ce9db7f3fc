import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { runCommand } from './run-command.ts';

const JOB = 'examples/jobs/orders-nightly.yaml';
const PRICES = JSON.stringify({
  SpotPriceHistory: ['m5.2xlarge', 'm5a.2xlarge', 'm6i.2xlarge'].map((type) => ({
    AvailabilityZone: 'us-east-1a',
    InstanceType: type,
    ProductDescription: 'Linux/UNIX',
    SpotPrice: '0.120000',
    Timestamp: '2026-01-05T10:00:00+00:00',
  })),
});
const folder = mkdtempSync(join(tmpdir(), 'flarepath-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const fast = ['--effort', 'fast', '--load-gib', '100'];

const Variants = z.array(
  z.object({
    what: z.string(),
    plan: FleetPlan.pick({ forecast: true, fleets: true }).nullable(),
    refused: z.string().nullable(),
  }),
);
const costsOf = (variants: unknown) =>
  Variants.parse(variants).map(({ plan }) => plan?.forecast.costUsd ?? NaN);

async function json(...args: string[]) {
  const { code, out, err } = await runCommand(...args, '--json', ...fast);
  expect(err).toBe('');
  return { code, answer: JSON.parse(out) };
}

describe('flarepath explain', () => {
  it('explains a kept plan as it was made: reasons, rivals, costs, the front, prices, hash', async () => {
    const out = join(folder, 'plan.json');
    expect((await runCommand('plan', JOB, '--out', out, ...fast)).code).toBe(0);
    const kept = JSON.parse(readFileSync(out, 'utf8'));
    const { code, out: text } = await runCommand('explain', out);
    expect(code).toBe(0);
    for (const part of ['Why this', 'Why not the others', "EMR's fee", '<- chosen', kept.planSha256]) {
      expect(text).toContain(part);
    }
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('explains a job file by planning it: the same plan as flarepath plan makes', async () => {
    const { answer } = await json('explain', JOB);
    const { answer: planned } = await json('plan', JOB);
    expect(answer.plan.fleets).toEqual(planned.plan.fleets);
  });

  it('refuses options that a plan which is made already would ignore', async () => {
    const out = join(folder, 'kept.json');
    await runCommand('plan', JOB, '--out', out, ...fast);
    const { code, err } = await runCommand('explain', out, '--load-gib', '5');
    expect(code).toBe(2);
    expect(err).toMatch(/--load-gib/);
  });

  it('refuses a plan that was changed after it was made', async () => {
    const out = join(folder, 'changed.json');
    await runCommand('plan', JOB, '--out', out, ...fast);
    const kept = JSON.parse(readFileSync(out, 'utf8'));
    kept.plan.forecast.costUsd = 0.01;
    const { code, err } = await runCommand('explain', file('changed.json', JSON.stringify(kept)));
    expect(code).toBe(2);
    expect(err).toMatch(/changed after it was made/);
  });

  it.each([
    ['no JSON', 'plan: yes'],
    ['another thing', '{"kind": "else"}'],
  ])('says what a plan file is when it finds %s', async (_what, text) => {
    const { code, err } = await runCommand('explain', file('other.json', text));
    expect(code).toBe(2);
    expect(err).toMatch(/flarepath plan JOB --out FILE/);
  });
});

describe('flarepath what-if', () => {
  it('plans each value on its own: less load and a later deadline never cost more', async () => {
    const { answer } = await json('what-if', JOB, '--deadline', '120', '--load', '0.25,1');
    const [base = NaN, later = NaN, less = NaN, same = NaN] = costsOf(answer.variants);
    expect(Variants.parse(answer.variants).map(({ what }) => what)).toEqual([
      'as it stands',
      'deadline +120 min',
      'load x 0.25',
      'load x 1',
    ]);
    expect(later).toBeLessThanOrEqual(base);
    expect(less).toBeLessThan(base);
    expect(same).toBe(base);
  });

  it('shows what dearer spot does, and refuses the question where there is no spot', async () => {
    const market = file('spot.json', PRICES);
    const { answer } = await json('what-if', JOB, '--market', market, '--spot-price', '50');
    const spotUnits = Variants.parse(answer.variants).map(({ plan }) =>
      (plan?.fleets ?? []).reduce((sum, fleet) => sum + fleet.spotUnits, 0),
    );
    expect(spotUnits[0]).toBeGreaterThan(0);
    expect(spotUnits[1]).toBe(0);
    const { code, err } = await runCommand('what-if', JOB, '--spot-price', '2', ...fast);
    expect(code).toBe(2);
    expect(err).toMatch(/--market/);
  });

  it('answers with the reason where a variant has no plan', async () => {
    const { code, answer } = await json('what-if', JOB, '--budget', '0.05');
    expect(code).toBe(0);
    expect(answer.variants[1]).toMatchObject({ plan: null, refused: expect.stringMatching(/limit/) });
  });

  it.each([[['--load', '0']], [['--load', '1,']], [['--deadline', 'soon']], [['--budget', '-5']], [[]]])(
    'answers %j with what is allowed',
    async (options) => {
      const { code, err } = await runCommand('what-if', JOB, ...options, ...fast);
      expect(code).toBe(2);
      expect(err).toMatch(/allowed: /);
    },
  );
});

describe('flarepath diff', () => {
  it('lists what changed and prices it', async () => {
    const text = readFileSync(JOB, 'utf8');
    const other = file('other.yaml', text.replace(/maxNodes: \d+/, 'maxNodes: 9'));
    const { out } = await runCommand('diff', JOB, other, ...fast);
    expect(out).toMatch(/capacity\.maxNodes: \d+ -> 9/);
    const { answer, code } = await json('diff', JOB, other);
    expect(code).toBe(0);
    const [before = NaN, after = NaN] = costsOf(answer.variants);
    expect(answer.costChangeUsd).toBeCloseTo(after - before, 9);
  });

  it('says that nothing changed', async () => {
    const { out } = await runCommand('diff', JOB, JOB, ...fast);
    expect(out).toContain('The two job files say the same.');
  });

  it('ends with 3 when one of them has no plan', async () => {
    const text = readFileSync(JOB, 'utf8');
    const other = file(
      'none.yaml',
      text.replace(/limitUsd: [\d.]+/, 'limitUsd: 0.05').replace(/targetUsd: [\d.]+/, 'targetUsd: 0.05'),
    );
    expect((await runCommand('diff', JOB, other, ...fast)).code).toBe(3);
  });
});
