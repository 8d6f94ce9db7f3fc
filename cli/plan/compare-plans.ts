import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { planFleet } from '../../core/sizing/plan-fleet.ts';
import { NoFeasiblePlanError } from '../../core/sizing/sizing-errors.ts';
import type { SizingRequest } from '../../core/sizing/sizing-request.ts';
import { percentText, usdText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { table } from '../format.ts';
import { fleetsText } from './plan-request.ts';
import { solverFor } from './solver-for.ts';

/** A way the run could be planned: a plan, or why there is none. */
export interface Variant {
  readonly label: string;
  readonly outcome: FleetPlan | NoFeasiblePlanError;
}

/** Plans a request; that nothing is feasible is an answer, too. */
export async function variantOf(label: string, request: SizingRequest): Promise<Variant> {
  const solver = await solverFor(request);
  try {
    return { label, outcome: planFleet(request, solver) };
  } catch (error) {
    if (error instanceof NoFeasiblePlanError) return { label, outcome: error };
    throw error;
  }
}

/** Variants side by side, at most 80 columns wide; changes are from the first one. */
export function compareLines(variants: readonly Variant[]): string[] {
  const [first] = variants;
  const from = first === undefined || first.outcome instanceof NoFeasiblePlanError ? null : first.outcome;
  const rows = variants.map(({ label, outcome }, i) => {
    if (outcome instanceof NoFeasiblePlanError) return [label, 'no fleet', '', '', '', ''];
    const { costUsd, costHighUsd, lateProbability, utilisation } = outcome.forecast;
    const change = i === 0 || from === null ? '' : signedUsd(costUsd - from.forecast.costUsd);
    return [
      label,
      usdText(costUsd),
      change,
      usdText(costHighUsd),
      percentText(lateProbability),
      percentText(utilisation),
    ];
  });
  return [
    ...table(
      [
        { title: '' },
        { title: 'cost', align: 'right' },
        { title: 'change', align: 'right' },
        { title: 'bad case', align: 'right' },
        { title: 'late', align: 'right' },
        { title: 'utilised', align: 'right' },
      ],
      rows,
    ),
    '',
    ...variants.flatMap(({ label, outcome }) =>
      wrapText(
        `${label}: ${outcome instanceof NoFeasiblePlanError ? outcome.message : fleetsText(outcome)}`,
        '',
        80,
      ),
    ),
  ];
}

/** A variant for programs. */
export function variantJson({ label, outcome }: Variant): Record<string, unknown> {
  if (outcome instanceof NoFeasiblePlanError) return { what: label, plan: null, refused: outcome.message };
  const { forecast, fleets, zone, meetsSlo } = outcome;
  return { what: label, plan: { zone, fleets, forecast, meetsSlo }, refused: null };
}

function signedUsd(usd: number): string {
  return `${usd < 0 ? '-' : '+'}${usdText(Math.abs(usd))}`;
}
