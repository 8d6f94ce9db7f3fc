import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { FlipPoint } from '../../core/sizing/flip-points.ts';
import { durationText, minuteText, percentText, usdText } from '../../core/units-text.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { table } from '../format.ts';
import { fleetsText } from './plan-request.ts';

const MOST_FRONT_ROWS = 12;
const BAR_CHARACTERS = 24;

/** Why a plan is as it is, at most 80 columns wide: reasons, rivals, costs, the front, and what it was made with. */
export function explainPlan(
  plan: FleetPlan,
  planSha256: string,
  flips: readonly FlipPoint[] | null,
): string[] {
  return [
    `${plan.job}: planned ${minuteText(plan.plannedAt)} UTC, deadline ${minuteText(plan.deadlineAt)} UTC`,
    ...wrapText(fleetsText(plan), '', 80),
    '',
    ...section('Why this', plan.reasons.flatMap(bullet)),
    ...section('Why not the others', plan.alternatives.flatMap(rival)),
    ...section('What it costs', costLines(plan)),
    ...section('What else lay on the front, cost against lateness', frontLines(plan)),
    ...section('Where another plan wins', flipLines(flips)),
    ...section('What it was made with', groundLines(plan, planSha256)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function bullet(text: string): string[] {
  const [first = '', ...rest] = wrapText(text, '', 74);
  return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
}

function rival({ label, forecast, fleets, whyNot }: FleetPlan['alternatives'][number]): string[] {
  const nodes = fleetsText({ fleets, zone: label });
  const figures = `${usdText(forecast.costUsd)}, late with ${percentText(forecast.lateProbability)}, utilised ${percentText(forecast.utilisation)}`;
  return bullet(`${nodes}. ${figures}. ${whyNot}.`);
}

function costLines({ forecast }: FleetPlan): string[] {
  const { compute, emrFee, storage } = forecast.costSplitUsd;
  const sum = compute + emrFee + storage;
  const part = (label: string, usd: number) => [
    label,
    usdText(usd),
    percentText(sum > 0 ? usd / sum : 0),
    '#'.repeat(Math.round((sum > 0 ? usd / sum : 0) * BAR_CHARACTERS)),
  ];
  return table(
    [{ title: '' }, { title: 'expected', align: 'right' }, { title: 'share', align: 'right' }, { title: '' }],
    [part('machines', compute), part("EMR's fee", emrFee), part('disks', storage)],
  );
}

/** The front from cheap to dear; where it is long, evenly spread points and always the choice. */
function frontLines({ front }: FleetPlan): string[] {
  const step = Math.max(1, Math.ceil(front.length / MOST_FRONT_ROWS));
  const shown = front.filter(({ chosen }, i) => chosen || i % step === 0);
  return table(
    [
      { title: 'cost', align: 'right' },
      { title: 'late', align: 'right' },
      { title: 'utilised', align: 'right' },
      { title: '' },
    ],
    shown.map(({ costUsd, lateProbability, utilisation, chosen }) => [
      usdText(costUsd),
      percentText(lateProbability),
      percentText(utilisation),
      chosen ? '<- chosen' : '',
    ]),
  );
}

/** @param flips  null: the plan is from a file, which does not hold what it would take to plan again */
function flipLines(flips: readonly FlipPoint[] | null): string[] {
  if (flips === null) return [];
  if (flips.length === 0)
    return ['nowhere from a quarter to four times of load and spot price, nor 4 h either way'];
  return flips.flatMap(({ what, at, winner }) => {
    const change =
      what === 'deadline'
        ? `deadline ${Math.abs(at)} min ${at < 0 ? 'earlier' : 'later'}`
        : `${what === 'load' ? 'load' : 'spot price'} x ${at}`;
    if (winner === null) return bullet(`${change}: no fleet any more`);
    return bullet(`${change}: ${fleetsText(winner)}, ${usdText(winner.forecast.costUsd)}`);
  });
}

function groundLines(plan: FleetPlan, planSha256: string): string[] {
  const { market, solver, models, forecast } = plan;
  return [
    `prices: ${market.source}, of ${minuteText(market.surveyedAt)} UTC`,
    `load: ${models.load}`,
    `runtime: ${models.runtime}`,
    `start-up: ${durationText(forecast.startupSeconds)} until the first step`,
    ...wrapText(
      `search: ${solver.method}; ${solver.evaluations} fleets judged, seed "${solver.seed}"`,
      '',
      76,
    ),
    `plan: ${planSha256}`,
  ];
}
