import { sampleQuantile } from '../../numerics/quantiles.ts';
import { below, explainAway, type Impact, type TopologyCause } from './explain-away.ts';
import {
  amountOf,
  impactHistory,
  tailProbability,
  type ImpactHistory,
  type LoadedSeries,
  type WorseWhen,
} from './window-impact.ts';

/** A target, what it depends on, and what each of them usually costs. */
export interface TopologyWatch {
  readonly target: string;
  readonly dependsOn: ReadonlyMap<string, readonly string[]>;
  readonly histories: ReadonlyMap<string, ImpactHistory>;
  readonly priorOf: (node: string) => number;
  /** evidence below which no cause is named */
  readonly gate: number;
}

/** What a watch says of a window. */
export interface TopologyVerdict {
  /** the most likely first, whether or not the evidence suffices */
  readonly causes: readonly TopologyCause[];
  /** -ln of how likely the target and the first cause are hit as hard when nothing is wrong; 0 without a cause */
  readonly evidence: number;
  /** whether the evidence is more than nearly all windows of the past have brought by chance */
  readonly suffices: boolean;
}

/** Share of the windows in which nothing is wrong that may name a cause all the same. */
const FALSE_NAMES = 0.05;
const GATE_LEVEL = 1 - FALSE_NAMES;

/**
 * Learns from a time when nothing was wrong when a cause may be named.
 *
 * @param past  by node: the same times for all
 * @param windowPoints  how many points an incident is judged by
 */
export function topologyWatch(
  target: string,
  dependsOn: ReadonlyMap<string, readonly string[]>,
  past: ReadonlyMap<string, LoadedSeries>,
  worse: WorseWhen,
  windowPoints: number,
  priorOf: (node: string) => number = () => 1,
): TopologyWatch {
  const histories = new Map<string, ImpactHistory>();
  for (const node of [target, ...below(target, dependsOn)]) {
    const series = past.get(node);
    const history = series === undefined ? null : impactHistory(series, worse, windowPoints);
    if (history !== null) histories.set(node, history);
  }
  const open: TopologyWatch = { target, dependsOn, histories, priorOf, gate: 0 };
  const windows = histories.get(target)?.windows.length ?? 0;
  const evidences: number[] = [];
  for (let from = 0; from < windows; from += windowPoints) {
    evidences.push(verdictOn(open, (history) => history.windows[from] ?? NaN, from).evidence);
  }
  evidences.sort((a, b) => a - b);
  return { ...open, gate: evidences.length === 0 ? Infinity : sampleQuantile(evidences, GATE_LEVEL) };
}

/**
 * Which of the things below the target is the cause of what a window shows, and whether that is more than chance.
 *
 * @param now  by node: the points of the window
 */
export function judgeWindow(watch: TopologyWatch, now: ReadonlyMap<string, LoadedSeries>): TopologyVerdict {
  return verdictOn(watch, (history, node) => {
    const series = now.get(node);
    return (series === undefined ? null : amountOf(history, series)) ?? NaN;
  });
}

function verdictOn(
  { target, dependsOn, histories, priorOf, gate }: TopologyWatch,
  amountIn: (history: ImpactHistory, node: string) => number,
  except?: number,
): TopologyVerdict {
  const impacts = new Map<string, Impact>();
  for (const [node, history] of histories) {
    const amount = amountIn(history, node);
    if (!Number.isNaN(amount)) impacts.set(node, { amount, tail: tailProbability(history, amount, except) });
  }
  const causes = explainAway(target, dependsOn, impacts, priorOf);
  const [first, symptom] = [causes[0], impacts.get(target)];
  const evidence =
    first === undefined || symptom === undefined ? 0 : -Math.log(symptom.tail) - Math.log(first.impact.tail);
  return { causes, evidence, suffices: first !== undefined && evidence > gate };
}
