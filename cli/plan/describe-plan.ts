import type { Fleet, FleetPlan, PlanForecast } from '../../core/contracts/fleet-plan.ts';
import type { LoadForecast } from '../../core/contracts/load-forecast.ts';
import { serverlessCostOf, USUAL_SERVERLESS_RATES } from '../../core/market/serverless-price.ts';
import { memoryText, utilisationRangeText } from '../../core/sizing/explain-use.ts';
import { valueAt } from '../../core/numerics/quantiles.ts';
import { bytesText, durationText, minuteText, percentText, usdText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { table } from '../format.ts';
import type { Grounds } from './plan-file.ts';

/** A plan for people, at most 80 columns wide. */
export function describePlan(plan: FleetPlan, grounds: Grounds): string[] {
  return [
    `${plan.job}: planned ${minuteText(plan.plannedAt)} UTC, deadline ${minuteText(plan.deadlineAt)} UTC`,
    '',
    ...section('Load', loadLines(grounds.forecast)),
    ...section('Runtime', runtimeLines(plan, grounds)),
    ...section(`Fleet in ${plan.zone}, ${plan.architecture}`, fleetLines(plan.fleets)),
    ...section('Expected', expectationLines(plan)),
    ...section('Why', plan.reasons.flatMap(bullet)),
    ...section('What else was possible', [...alternativeLines(plan), ...serverlessLines(plan, grounds)]),
    ...section('Know that', [...plan.market.notes, ...grounds.notes].flatMap(bullet)),
    'Nothing was launched.',
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function bullet(text: string): string[] {
  const [first = '', ...rest] = wrapText(text, '', 74);
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
}

function loadLines(forecast: LoadForecast): string[] {
  const at = (level: number) => bytesText(valueAt(forecast.inputBytes, level));
  return [`${at(0.5)}, 90 % between ${at(0.05)} and ${at(0.95)}`, ...wrapText(forecast.reason, '', 76)];
}

function runtimeLines(plan: FleetPlan, grounds: Grounds): string[] {
  const at = (level: number) => durationText(valueAt(plan.forecast.runtimeSeconds, level));
  return [
    `median ${at(0.5)}, 90 % between ${at(0.05)} and ${at(0.95)}, after ${durationText(plan.forecast.startupSeconds)} of start-up`,
    ...wrapText(grounds.modelDescription, '', 76),
  ];
}

function fleetLines(fleets: readonly Fleet[]): string[] {
  return table(
    [
      { title: 'fleet' },
      { title: 'on demand', align: 'right' },
      { title: 'spot', align: 'right' },
      { title: 'types (vCPUs each)' },
    ],
    fleets.map((fleet) => [
      fleet.role,
      `${fleet.onDemandUnits} vCPU`,
      `${fleet.spotUnits} vCPU`,
      fleet.instanceTypes
        .slice(0, 2)
        .map((type) => `${type.name} (${type.weightUnits})`)
        .join(', ') + (fleet.instanceTypes.length > 2 ? ` +${fleet.instanceTypes.length - 2} more` : ''),
    ]),
  );
}

function expectationLines(plan: FleetPlan): string[] {
  const rows = [row('this plan', plan.forecast)];
  if (plan.baseline !== null) rows.push(row('baseline on demand', plan.baseline));
  const memory = memoryText(plan.forecast);
  const busy = utilisationRangeText(plan.forecast).trim();
  const lines = table(
    [
      { title: '' },
      { title: 'cost', align: 'right' },
      { title: 'bad case', align: 'right' },
      { title: 'late', align: 'right' },
      { title: 'utilisation', align: 'right' },
    ],
    rows,
  );
  return [
    ...lines,
    ...(busy === '' ? [] : wrapText(`This plan's utilisation: ${busy.slice(1, -1)}.`, '', 76)),
    ...(memory === null ? [] : wrapText(`Memory: ${memory}.`, '', 76)),
  ];
}

function row(label: string, forecast: PlanForecast): string[] {
  return [
    label,
    usdText(forecast.costUsd),
    usdText(forecast.costHighUsd),
    percentText(forecast.lateProbability),
    percentText(forecast.utilisation),
  ];
}

function alternativeLines(plan: FleetPlan): string[] {
  return plan.alternatives.flatMap((alternative) =>
    bullet(
      `${alternative.label}: ${usdText(alternative.forecast.costUsd)}, ` +
        `${percentText(alternative.forecast.lateProbability)} late. ${alternative.whyNot}`,
    ),
  );
}

/** Priced beside the plan, not compared with it: how long a run takes there is not known. */
function serverlessLines(plan: FleetPlan, { serverlessRates }: Grounds): string[] {
  const rates = serverlessRates ?? USUAL_SERVERLESS_RATES;
  const whose = serverlessRates === undefined ? ', at prices of us-east-1' : '';
  const cost = serverlessCostOf(plan, rates);
  if (cost === undefined)
    return bullet('EMR Serverless: no worker there is large enough for these executors.');
  return bullet(
    `EMR Serverless: ${usdText(cost.totalUsd)} for as many executors and as long${whose} (${usdText(cost.computeUsd)} vCPUs, ${usdText(cost.memoryUsd)} memory). How long a run takes there is not predicted.`,
  );
}
