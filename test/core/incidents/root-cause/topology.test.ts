import { describe, expect, it } from 'vitest';
import { explainAway, type Impact } from '../../../../core/incidents/root-cause/explain-away.ts';
import { judgeWindow, topologyWatch } from '../../../../core/incidents/root-cause/topology-watch.ts';
import {
  amountOf,
  impactHistory,
  tailProbability,
  type LoadedSeries,
} from '../../../../core/incidents/root-cause/window-impact.ts';
import { seededRng } from '../../../../core/numerics/rng.ts';

const CALLS = new Map([
  ['job', ['step']],
  ['step', ['cluster', 'dataset']],
  ['cluster', ['zone']],
]);
const hit = (amount: number): Impact => ({ amount, tail: 0.001 });

describe('what was hit by itself', () => {
  it('is the deepest when it explains all above it', () => {
    const impacts = new Map([
      ['job', hit(100)],
      ['step', hit(98)],
      ['cluster', hit(99)],
      ['zone', hit(97)],
    ]);
    const [first] = explainAway('job', CALLS, impacts);
    expect(first).toMatchObject({ node: 'zone', ownAmount: 97, explainedBy: [] });
  });

  it('is what its dependencies do not explain', () => {
    const impacts = new Map([
      ['step', hit(100)],
      ['cluster', hit(12)],
      ['dataset', hit(5)],
    ]);
    const causes = explainAway('job', CALLS, impacts);
    expect(causes.map(({ node, ownAmount }) => [node, ownAmount])).toEqual([
      ['step', 83],
      ['cluster', 12],
      ['dataset', 5],
    ]);
    expect(causes[0]?.explainedBy).toEqual(['cluster', 'dataset']);
  });

  it('leaves out what is as usual, what went better, what the target does not depend on, and the target', () => {
    const impacts = new Map([
      ['job', hit(100)],
      ['step', { amount: 90, tail: 0.5 }],
      ['cluster', { amount: -90, tail: 0.001 }],
      ['elsewhere', hit(500)],
    ]);
    expect(explainAway('job', CALLS, impacts)).toEqual([]);
  });

  it('weighs what is known beforehand, and ends where calls go round', () => {
    const round = new Map([
      ['job', ['a']],
      ['a', ['b']],
      ['b', ['a', 'job']],
    ]);
    const impacts = new Map([
      ['a', hit(60)],
      ['b', hit(50)],
    ]);
    expect(explainAway('job', round, impacts).map(({ node }) => node)).toEqual(['a']);
    const apart = new Map([['job', ['a', 'b']]]);
    const byPrior = explainAway('job', apart, impacts, (node) => (node === 'a' ? 0.5 : 1));
    expect(byPrior.map(({ node }) => node)).toEqual(['b', 'a']);
  });
});

describe('how rare an impact is', () => {
  const values = [10, 11, 9, 10, 12, 10, 9, 11, 10, 13, 10, 9];
  const history = impactHistory({ values, loads: values.map(() => 2) }, 'higher', 2)!;

  it('counts load, and is by rank, then by distance', () => {
    expect(amountOf(history, { values: [15, null], loads: [4, null] })).toBe(20);
    expect(amountOf(history, { values: [null, null], loads: [1, 1] })).toBeNull();
    expect(tailProbability(history, -100)).toBe(1);
    expect(tailProbability(history, 20)).toBeLessThan(1 / 12);
    expect(tailProbability(history, 200)).toBeLessThan(tailProbability(history, 20));
  });

  it('is not known from too little', () => {
    expect(impactHistory({ values: [1, 2, 3], loads: [] }, 'higher', 2)).toBeNull();
  });
});

describe('naming a cause along a topology', () => {
  const rng = seededRng('topology');
  const noise = (points: number, level: number): LoadedSeries => ({
    values: Array.from({ length: points }, () => level * (0.9 + 0.2 * rng())),
    loads: Array.from({ length: points }, () => 50),
  });
  const nodes = ['job', 'step', 'cluster', 'dataset', 'zone'];
  const watch = topologyWatch('job', CALLS, new Map(nodes.map((node) => [node, noise(600, 1)])), 'higher', 3);
  const window = (slow: readonly string[]) =>
    new Map(nodes.map((node) => [node, noise(3, slow.includes(node) ? 2 : 1)]));

  it('names the cause of what is wrong', () => {
    const { causes, suffices } = judgeWindow(watch, window(['job', 'step', 'dataset']));
    expect(suffices).toBe(true);
    expect(causes[0]?.node).toBe('dataset');
  });

  it('seldom names one when nothing is wrong, although something is always the oddest', () => {
    const verdicts = Array.from({ length: 400 }, () => judgeWindow(watch, window([])));
    const named = verdicts.filter(({ suffices }) => suffices);
    expect(named.length).toBeLessThanOrEqual(40);
    expect(verdicts.filter(({ causes }) => causes.length > 0).length).toBeGreaterThan(named.length);
  });

  it('does not blame a dip that something below had by chance for what the target has not', () => {
    expect(judgeWindow(watch, window(['dataset'])).causes[0]?.node).toBe('dataset');
    const barely = new Map(
      [...window([])].map(([node, series]) => [
        node,
        node === 'zone' ? { ...series, values: [1.06, 1.07, 1.06] } : series,
      ]),
    );
    expect(judgeWindow(watch, barely).suffices).toBe(false);
  });

  it('names nothing without a past, or without measurements', () => {
    expect(
      judgeWindow(topologyWatch('job', CALLS, new Map(), 'higher', 3), window(['job', 'step'])),
    ).toMatchObject({
      suffices: false,
      evidence: 0,
    });
    expect(judgeWindow(watch, new Map()).suffices).toBe(false);
  });
});
