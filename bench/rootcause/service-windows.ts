import { InvalidInputError } from '../../core/errors.ts';
import type { WorseWhen } from '../../core/incidents/root-cause/window-impact.ts';
import { sliceOf, type LoadedSeries } from '../../core/incidents/root-cause/window-impact.ts';
import type { Metric, ServiceIssue, ServiceMetrics, ServiceScenario } from './read-petshop.ts';

/** What a method is asked: a normal past, and a window in which something may be wrong. */
export interface Question {
  readonly target: string;
  readonly worse: WorseWhen;
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  readonly past: ReadonlyMap<string, LoadedSeries>;
  readonly now: ReadonlyMap<string, LoadedSeries>;
  readonly windowPoints: number;
}

const FOLDS = 5;
const WORSE: Readonly<Record<Metric, WorseWhen>> = { latency: 'higher', availability: 'lower' };

/** The window of an issue: all that was measured from its time on. @throws InvalidInputError  when nothing was */
export function issueQuestion({ dependsOn, normal }: ServiceScenario, issue: ServiceIssue): Question {
  const { node, metric, agg, timestamp } = issue.target;
  const from = issue.metrics.timesSeconds.findIndex((time) => time >= timestamp);
  if (from < 0) {
    throw new InvalidInputError(
      `${issue.name}: found no measurement at ${timestamp} or later; needed: one or more.`,
    );
  }
  const windowPoints = issue.metrics.timesSeconds.length - from;
  const now = mapSeries(seriesBy(issue.metrics, metric, agg), (series) =>
    sliceOf(series, from, windowPoints),
  );
  return {
    target: node,
    worse: WORSE[metric],
    dependsOn,
    past: seriesBy(normal, metric, agg),
    now,
    windowPoints,
  };
}

/**
 * Windows in which nothing is wrong, each judged with a past that does not hold its fifth of the time: as long as
 * the issues' windows, for every metric that issues are about.
 */
export function normalQuestions(
  { dependsOn, normal, issues }: ServiceScenario,
  windowPoints: number,
): Question[] {
  const kinds = new Map(
    issues.map(({ target }) => [JSON.stringify([target.node, target.metric, target.agg]), target]),
  );
  const points = normal.timesSeconds.length;
  return [...kinds.values()].flatMap(({ node, metric, agg }) => {
    const whole = seriesBy(normal, metric, agg);
    return Array.from({ length: FOLDS }, (_, fold) => {
      const [from, until] = [Math.floor((points * fold) / FOLDS), Math.floor((points * (fold + 1)) / FOLDS)];
      const past = mapSeries(whole, (series) => without(series, from, until));
      const windows = Math.floor((until - from) / windowPoints);
      return Array.from({ length: windows }, (_each, w) => ({
        target: node,
        worse: WORSE[metric],
        dependsOn,
        past,
        now: mapSeries(whole, (series) => sliceOf(series, from + w * windowPoints, windowPoints)),
        windowPoints,
      }));
    }).flat();
  });
}

function seriesBy(metrics: ServiceMetrics, metric: Metric, statistic: string): Map<string, LoadedSeries> {
  return new Map(
    metrics.services.flatMap((service): [string, LoadedSeries][] => {
      const series = metrics.series(service, metric, statistic);
      return series === undefined ? [] : [[service, series]];
    }),
  );
}

function mapSeries(
  all: ReadonlyMap<string, LoadedSeries>,
  change: (series: LoadedSeries) => LoadedSeries,
): Map<string, LoadedSeries> {
  return new Map([...all].map(([service, series]) => [service, change(series)]));
}

function without({ values, loads }: LoadedSeries, from: number, until: number): LoadedSeries {
  return {
    values: [...values.slice(0, from), ...values.slice(until)],
    loads: [...loads.slice(0, from), ...loads.slice(until)],
  };
}
