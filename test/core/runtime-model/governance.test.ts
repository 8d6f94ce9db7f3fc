import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../core/contracts/run-record.ts';
import { ModelEvidence, ModelVerdict } from '../../../core/contracts/model-version.ts';
import { normalQuantile } from '../../../core/numerics/normal-quantile.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { trainingRuns } from '../../../core/ledger/training-runs.ts';
import { frozenLosses, newestRuns } from '../../../core/runtime-model/governance/frozen-losses.ts';
import { judgeChallenger, type Champion } from '../../../core/runtime-model/governance/judge-challenger.ts';
import { learnRuntimeModel } from '../../../core/runtime-model/governance/learn.ts';
import { modelNote } from '../../../core/runtime-model/governance/pin-text.ts';
import { record } from '../ledger/run-fixtures.ts';

const JOB = { name: 'orders', task: 'etl' } as const;

/** Nightly runs of a law with a tenth of luck; `factorOf` disturbs some. */
function nights(count: number, factorOf: (night: number) => number = () => 1, seed = 'nights'): RunRecord[] {
  const rng = seededRng(seed);
  const luck = () => normalQuantile(0.001 + 0.998 * rng());
  return Array.from({ length: count }, (_, night) => {
    const gib = 100 * Math.exp(0.3 * luck());
    const cores = 16 * (1 + Math.floor(4 * rng()));
    const scheduledAt = new Date(Date.UTC(2026, 0, 1 + night)).toISOString();
    return record({
      runKey: `orders@${scheduledAt}`,
      scheduledAt,
      inputBytes: gib * 2 ** 30,
      cores,
      nodes: cores / 16,
      memoryMib: cores * 4096,
      coreSpeed: 1,
      reclaims: 0,
      runtimeSeconds: (60 + (300 * gib) / cores) * Math.exp(0.1 * luck()) * factorOf(night),
    });
  });
}

interface Learning {
  readonly verdicts: (ModelVerdict | null)[];
  readonly champions: string[];
}

/** What becomes of a job as its runs come in, one by one. */
function learnNightByNight(records: readonly RunRecord[]): Learning {
  let champion: Champion | null = null;
  const learning: Learning = { verdicts: [], champions: [] };
  const kept = new Map<string, Champion>();
  records.forEach((_, night) => {
    const known = records.slice(0, night + 1);
    const { model, evidence, verdict } = learnRuntimeModel({
      job: JOB,
      records: known,
      baseline: null,
      champion,
    });
    if (verdict?.promoted === true) {
      const learntFrom = evidence.trainingSet.map(({ runKey }) => runKey);
      const best = kept.get(verdict.best ?? '') ?? null;
      champion = { version: model.version, model, losses: evidence.losses, learntFrom, best };
      kept.set(model.version, champion);
    }
    learning.verdicts.push(verdict);
    learning.champions.push(champion?.version ?? '');
  });
  return learning;
}

describe('a new version of a runtime model', () => {
  it('that learnt from a run of 100 times its time does not take charge, early or late', () => {
    for (const poisoned of [1, 4, 12]) {
      const { verdicts, champions } = learnNightByNight(
        nights(poisoned + 1, (night) => (night === poisoned ? 100 : 1)),
      );
      const verdict = ModelVerdict.parse(verdicts[poisoned]);
      expect(verdict.promoted).toBe(false);
      expect(verdict.loss).toBeGreaterThan(verdict.championLoss ?? Infinity);
      expect(champions[poisoned]).toBe(champions[poisoned - 1]);
      expect(verdict.reason).toContain(`${champions[poisoned]} `);
      expect(modelNote(verdict, undefined)).toBe(verdict.reason);
    }
  });

  it('takes charge in turn on most ordinary nights, and again once a broken run lies behind', () => {
    const ordinary = learnNightByNight(nights(16)).verdicts.filter((verdict) => verdict?.promoted);
    expect(ordinary.length).toBeGreaterThanOrEqual(10);
    const after = learnNightByNight(nights(16, (night) => (night === 9 ? 100 : 1)));
    expect(after.verdicts.slice(10).some((verdict) => verdict?.promoted)).toBe(true);
  });

  it('takes charge within three nights when the job has really become slower', () => {
    for (const seed of ['a', 'b']) {
      const { verdicts } = learnNightByNight(nights(18, (night) => (night >= 15 ? 3 : 1), seed));
      expect(verdicts.slice(15).map((verdict) => verdict?.promoted)).toContain(true);
    }
  });

  it('is known by the hash of its training set, and one of the same runs is no new version', () => {
    const records = nights(6);
    const once = learnRuntimeModel({ job: JOB, records, baseline: null, champion: null });
    const evidence = ModelEvidence.parse(once.evidence);
    const champion = {
      version: once.model.version,
      model: once.model,
      losses: evidence.losses,
      learntFrom: evidence.trainingSet.map(({ runKey }) => runKey),
    };
    const again = learnRuntimeModel({ job: JOB, records, baseline: null, champion });
    expect(again.verdict).toBeNull();
    expect(again.evidence.trainingSetSha256).toBe(evidence.trainingSetSha256);
    const other = learnRuntimeModel({ job: JOB, records: nights(7), baseline: null, champion });
    expect(other.evidence.trainingSetSha256).not.toBe(evidence.trainingSetSha256);
  });

  it('replaces one from before scores were kept, and says that they were not compared', () => {
    const { model } = learnRuntimeModel({ job: JOB, records: nights(3), baseline: null, champion: null });
    const champion = { version: 'runtime-before', model, losses: null, learntFrom: [] };
    const { verdict } = learnRuntimeModel({ job: JOB, records: nights(4), baseline: null, champion });
    expect(verdict).toMatchObject({ promoted: true, frozenRuns: 0, champion: 'runtime-before' });
    expect(verdict?.reason).toContain('without comparison');
  });

  it('does not lead down by many steps that are each within chance: it is held against the best since, too', () => {
    const { runs } = trainingRuns(nights(20));
    const { model } = learnRuntimeModel({ job: JOB, records: nights(4), baseline: null, champion: null });
    const request = { task: JOB.task, runs, baseline: null };
    const learntFrom = runs.map(({ runKey }) => runKey);
    // a tenth worse each time, and up or down by a third on each run by turns
    const version = (step: number) => ({
      ...{ version: `runtime-${step}`, model, learntFrom },
      losses: learntFrom.map((runKey, i) => ({
        runKey,
        loss: 0.03 + 0.003 * step + ((i + step) % 2 === 0 ? 0.01 : -0.01),
      })),
    });
    const judged = (step: number, champion: Champion) =>
      judgeChallenger({ ...version(step), request, champion });
    const first = judged(1, version(0));
    expect(first).toMatchObject({ promoted: true, best: 'runtime-0' });
    const second = judged(2, { ...version(1), best: version(0) });
    expect(second.promoted).toBe(false);
    expect(second.reason).toMatch(/that of runtime-0 0\.03.*, the best since; runtime-1 stays in charge/);
    expect(judged(2, version(1)).promoted).toBe(true);
    // who beats the best is the best
    expect(judged(-1, { ...version(1), best: version(0) })).toMatchObject({
      promoted: true,
      best: 'runtime--1',
    });
  });

  it('is judged on the newest 24 runs: what lies before no longer counts', () => {
    const { runs } = trainingRuns(nights(40));
    expect(newestRuns(runs).map(({ runKey }) => runKey)).toEqual(runs.slice(-24).map(({ runKey }) => runKey));
    const stopped = runs.map((run, i) => (i === 39 ? { ...run, stopped: true } : run));
    expect(newestRuns(stopped)[0]?.runKey).toBe(runs[15]?.runKey);
  });

  it('is asked about each run without the same others as the version before, while newer runs come in', () => {
    const { runs } = trainingRuns(nights(27));
    // one more that teaches next to nothing: all others must be foretold as before
    const [like] = runs.slice(-3);
    if (like === undefined) throw new Error('no runs');
    const next = { ...like, runKey: 'orders@next', at: '2026-02-01T00:00:00.000Z', weight: 1e-5 };
    const losses = (of: typeof runs) =>
      new Map(
        frozenLosses({ task: JOB.task, runs: of, baseline: null }).map(({ runKey, loss }) => [runKey, loss]),
      );
    const [before, after] = [losses(runs), losses([...runs, next])];
    for (const [runKey, loss] of after) {
      if (runKey !== next.runKey && runKey !== like.runKey) {
        expect(Math.abs((before.get(runKey) ?? 0) / loss - 1), runKey).toBeLessThan(0.05);
      }
    }
  });
});
