import * as Plot from '@observablehq/plot';
import { standaloneChart } from '../docs/standalone-chart.ts';
import type { Measured } from './measure-instance.ts';
import { gapOf } from './summary.ts';

const SIZE = { width: 480, height: 300 };
const BLUE = '#2b6cb0';
const RED = '#b83280';

/** The gap to the bound of each instance, by what its plan costs. */
export function gapChart(measured: readonly Measured[]): string {
  const points = measured.flatMap((each) => {
    const gapPercent = gapOf(each);
    return gapPercent === null || each.costUsd === null
      ? []
      : [{ costUsd: each.costUsd, gapPercent, kind: each.kind }];
  });
  return standaloneChart(
    {
      ...SIZE,
      x: { type: 'log', label: 'cost of the plan, USD', grid: true },
      y: { label: 'above the bound, %', grid: true, zero: true },
      color: { legend: false, domain: ['small', 'linear', 'non-linear'], range: ['#a15c00', BLUE, RED] },
      marks: [
        Plot.dot(points, { x: 'costUsd', y: 'gapPercent', fill: 'kind', r: 4 }),
        Plot.text(points, { x: 'costUsd', y: 'gapPercent', text: 'kind', dy: -9, fill: 'kind' }),
      ],
    },
    'How far each plan lies above the cost that no plan undercuts, by what it costs',
  );
}

/** An instance's front of cost and lateness, with the bound that no fleet in time undercuts. */
export function frontChart({ front, costUsd, floorUsd, allowedLate, name }: Measured): string {
  const most = 2 * (costUsd ?? 1);
  const points = front
    .filter(([usd]) => usd <= most)
    .map(([usd, lateProbability]) => ({ usd, latePercent: 100 * lateProbability }));
  return standaloneChart(
    {
      ...SIZE,
      x: { label: 'cost, USD', grid: true },
      y: { label: 'late, % of scenarios', grid: true, zero: true },
      marks: [
        Plot.ruleY([100 * allowedLate], { stroke: '#868f99', strokeDasharray: '4 3' }),
        Plot.ruleX(floorUsd === null ? [] : [floorUsd], { stroke: RED }),
        Plot.line(points, { x: 'usd', y: 'latePercent', stroke: BLUE, curve: 'step-after' }),
        Plot.dot(points, { x: 'usd', y: 'latePercent', fill: BLUE, r: 2.5 }),
      ],
    },
    `Cost and lateness of the fleets that none beats, ${name}; upright, the cost that no fleet in time undercuts`,
  );
}
