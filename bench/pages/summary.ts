import { BY_CLOUDWATCH } from './fault-rules.ts';
import type { FaultSeen, Judged } from './judge.ts';

/** As `--json` prints it; docs/benchmarks.md says what each member means. */
export interface PagesSummary {
  readonly suite: 'pages';
  readonly months: number;
  readonly faults: number;
  readonly faultsThatNeedAPage: number;
  readonly pages: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly falsePagesPer50JobMonths: number;
  readonly secondsToMessageP95: { readonly event: number | null; readonly cloudwatch: number | null };
  readonly reductionPercent: number | null;
  readonly criticalKeptPercent: number | null;
  readonly top1: number | null;
  readonly top3: number | null;
  readonly judgedForCause: number;
}

const DAYS_PER_MONTH = 30;
const JOBS = 50;

/** @param span  simulated days, and their sum over jobs */
export function summarise(
  judged: readonly Judged[],
  { days, jobDays }: { days: number; jobDays: number },
): PagesSummary {
  const faults = judged.flatMap((one) => one.faults);
  const needing = faults.filter(({ harmed }) => harmed.length > 0);
  const pages = judged.flatMap((one) => one.pages);
  const wrong = pages.filter(({ isTrue }) => !isTrue).length;
  const named = faults.filter(({ judgedForCause }) => judgedForCause);
  const within = (places: number) =>
    share(
      named.filter(({ rankOfCause }) => rankOfCause !== null && rankOfCause < places).length,
      named.length,
    );
  const sum = (of: (one: Judged) => number) => judged.reduce((total, one) => total + of(one), 0);
  const notices = sum((one) => one.notices);
  const kept = share(
    sum((one) => one.criticalInMessage),
    sum((one) => one.criticalAlarms),
  );
  return {
    suite: 'pages',
    months: days / DAYS_PER_MONTH,
    faults: faults.length,
    faultsThatNeedAPage: needing.length,
    pages: pages.length,
    precision: share(pages.length - wrong, pages.length),
    recall: share(needing.filter(({ secondsToPage }) => secondsToPage !== null).length, needing.length),
    falsePagesPer50JobMonths: (wrong / (jobDays / DAYS_PER_MONTH)) * JOBS,
    secondsToMessageP95: {
      event: p95(needing.filter(({ kind }) => !BY_CLOUDWATCH.has(kind))),
      cloudwatch: p95(needing.filter(({ kind }) => BY_CLOUDWATCH.has(kind))),
    },
    reductionPercent: notices === 0 ? null : 100 * (1 - sum((one) => one.incidentPages) / notices),
    criticalKeptPercent: kept === null ? null : 100 * kept,
    top1: within(1),
    top3: within(3),
    judgedForCause: named.length,
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** The nearest rank. */
function p95(faults: readonly FaultSeen[]): number | null {
  const seconds = faults.flatMap(({ secondsToPage }) => secondsToPage ?? []).sort((a, b) => a - b);
  return seconds[Math.ceil(0.95 * seconds.length) - 1] ?? null;
}

/** For people. */
export function summaryLines(summary: PagesSummary): string[] {
  const { secondsToMessageP95: seconds, ...rest } = summary;
  const flat = { ...rest, eventSecondsP95: seconds.event, cloudwatchSecondsP95: seconds.cloudwatch };
  return Object.entries(flat).map(
    ([name, value]) =>
      `${name.padEnd(28)} ${typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : (value ?? '–')}`,
  );
}
