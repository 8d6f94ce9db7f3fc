import * as Plot from '@observablehq/plot';
import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { usdText } from '../../core/units-text.ts';
import { COLOUR, draw, legend } from './draw.ts';

/** The plans a run could have had: what each costs, how likely each is late, and the one that was chosen. */
export function costAgainstLateness(plan: FleetPlan, sloTarget: number): string {
  const points = plan.front.map((point) => ({
    cost: point.costUsd,
    late: 100 * point.lateProbability,
    chosen: point.chosen,
  }));
  const others = plan.alternatives.map((alternative) => ({
    cost: alternative.forecast.costUsd,
    late: 100 * alternative.forecast.lateProbability,
    label: alternative.label,
  }));
  const chosen = [{ cost: plan.forecast.costUsd, late: 100 * plan.forecast.lateProbability }];
  const baseline =
    plan.baseline === null
      ? []
      : [{ cost: plan.baseline.costUsd, late: 100 * plan.baseline.lateProbability }];
  // the part that a choice is made in: what is later than this is late
  const top = Math.min(100, Math.max(10, 400 * (1 - sloTarget), ...chosen.map((point) => 1.2 * point.late)));
  const chart = draw(
    {
      height: 230,
      marginRight: 30,
      x: { label: 'expected cost, USD', grid: true, zero: true },
      y: { label: 'likely late, %', domain: [0, top], clamp: true },
      marks: [
        Plot.ruleY([100 * (1 - sloTarget)], { stroke: COLOUR.bad, strokeDasharray: '4 3' }),
        Plot.dot(points, { x: 'cost', y: 'late', stroke: COLOUR.faint, r: 2.5 }),
        Plot.dot(others, { x: 'cost', y: 'late', fill: COLOUR.faint, r: 3.5 }),
        Plot.dot(baseline, { x: 'cost', y: 'late', fill: COLOUR.warn, r: 5, symbol: 'square' }),
        Plot.dot(chosen, { x: 'cost', y: 'late', fill: COLOUR.good, r: 6, symbol: 'star' }),
      ],
    },
    `Plans for ${plan.runKey}: the chosen one costs ${usdText(plan.forecast.costUsd)}`,
  );
  return (
    chart +
    legend([
      [COLOUR.good, 'chosen'],
      [COLOUR.faint, 'other plans'],
      ...(baseline.length > 0 ? [[COLOUR.warn, 'baseline on demand'] as const] : []),
      [COLOUR.bad, 'most that the SLO allows'],
    ])
  );
}
