import type { Summary } from './summary.ts';

type Figures = Summary['policies'][string];

/** What the suite aims at: docs/benchmarks.md. */
const SAVING_PERCENT = 20;
const CLAIRVOYANT_FACTOR = 1.15;
/** Knows what nobody can: it is a bound, not a policy that a team could choose. */
const BOUND = 'clairvoyant';

/** How one policy does against the others that flew the same seeds. */
export interface Comparison {
  readonly policy: string;
  /** the cheapest of the others that is on time as often, or more often; null when none is */
  readonly cheapestOther: string | null;
  /** what the policy costs less than that one; null without one */
  readonly savingPercent: number | null;
  /** its cost as a multiple of the bound's; null when the bound was not flown */
  readonly timesClairvoyant: number | null;
}

export function comparisonOf(policy: string, policies: Summary['policies']): Comparison {
  const own = policies[policy];
  const others = Object.entries(policies).filter(
    ([name, figures]) =>
      name !== policy && name !== BOUND && figures.onTimePercent >= (own?.onTimePercent ?? 0),
  );
  const [cheapest] = others.sort(([, one], [, other]) => one.costUsd - other.costUsd);
  const bound = policies[BOUND];
  const ratio = (of: Figures | undefined) =>
    own === undefined || of === undefined || of.costUsd === 0 ? null : own.costUsd / of.costUsd;
  const share = ratio(cheapest?.[1]);
  return {
    policy,
    cheapestOther: cheapest?.[0] ?? null,
    savingPercent: share === null ? null : Number((100 * (1 - share)).toFixed(1)),
    timesClairvoyant: ratio(bound) === null ? null : Number((ratio(bound) ?? 0).toFixed(3)),
  };
}

/** The policies side by side and the first of them against its targets, at most 80 columns. */
export function comparisonLines(policies: Summary['policies']): string[] {
  const [first = ''] = Object.keys(policies);
  const onDemandUsd = policies['on-demand']?.costUsd ?? 0;
  const boundUsd = policies[BOUND]?.costUsd ?? 0;
  const share = (usd: number, of: number) => (of > 0 ? (usd / of).toFixed(3) : '–');
  const heads = ['on time', 'announced', 'cost USD', '÷ on dem.', '÷ clairv.', 'in band'];
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(17)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  return [
    row('', heads),
    ...Object.entries(policies).map(([name, figures]) =>
      row(name, [
        `${figures.onTimePercent.toFixed(1)} %`,
        `${figures.missesAnnouncedPercent.toFixed(0)} %`,
        figures.costUsd.toFixed(2),
        share(figures.costUsd, onDemandUsd),
        share(figures.costUsd, boundUsd),
        `${figures.utilisationInBandPercent.toFixed(0)} %`,
      ]),
    ),
    '',
    ...verdictLines(comparisonOf(first, policies)),
  ];
}

function verdictLines({ policy, cheapestOther, savingPercent, timesClairvoyant }: Comparison): string[] {
  const met = (holds: boolean) => (holds ? 'met' : 'missed');
  const saving =
    cheapestOther === null || savingPercent === null
      ? `No other policy is as rarely late as ${policy}.`
      : `${policy} costs ${savingPercent} % less than ${cheapestOther}, the cheapest as rarely late.`;
  const bound =
    timesClairvoyant === null ? `${BOUND} was not flown.` : `${policy} costs ${timesClairvoyant} × ${BOUND}.`;
  return [
    saving,
    `  aim: at least ${SAVING_PERCENT} %: ${met((savingPercent ?? 0) >= SAVING_PERCENT)}`,
    bound,
    `  aim: at most ${CLAIRVOYANT_FACTOR}: ${met((timesClairvoyant ?? Infinity) <= CLAIRVOYANT_FACTOR)}`,
  ];
}
