import { below } from '../../core/incidents/root-cause/explain-away.ts';
import {
  judgeWindow,
  topologyWatch,
  type TopologyWatch,
} from '../../core/incidents/root-cause/topology-watch.ts';
import type { LoadedSeries } from '../../core/incidents/root-cause/window-impact.ts';
import { robustSpread, sampleMedian } from '../../core/numerics/median-and-spread.ts';
import { adtributor } from './adtributor.ts';
import type { Question } from './service-windows.ts';

/** Services that a method names, the most likely first; none when it finds nothing wrong. */
export type ServiceMethod = (question: Question) => readonly string[];

/** The project's: what is hit by itself, named when the evidence is more than normal times bring. */
export function gated(): ServiceMethod {
  const watchOf = watches();
  return (question) => {
    const { causes, suffices } = judgeWindow(watchOf(question), question.now);
    return suffices ? causes.map(({ node }) => node) : [];
  };
}

/** The same without its gate: for how well it ranks. */
export function ungated(): ServiceMethod {
  const watchOf = watches();
  return (question) => judgeWindow(watchOf(question), question.now).causes.map(({ node }) => node);
}

/** A past is learnt from once, whatever number of windows is judged by it. */
function watches(): (question: Question) => TopologyWatch {
  const known = new Map<unknown, Map<string, TopologyWatch>>();
  return ({ target, dependsOn, past, worse, windowPoints }) => {
    const ofPast = known.get(past) ?? new Map<string, TopologyWatch>();
    known.set(past, ofPast);
    const key = JSON.stringify([target, worse, windowPoints]);
    const watch = ofPast.get(key) ?? topologyWatch(target, dependsOn, past, worse, windowPoints);
    ofPast.set(key, watch);
    return watch;
  };
}

/** Threshold of the data set's own baseline, in median absolute deviations. */
const ODD = 5;

/**
 * Traversal, as the data set's paper has it: odd services below the target that call no odd one; the oddest first
 * (Liu et al., MicroHECL, ICSE-SEIP 2021).
 */
export const traversal: ServiceMethod = (question) => {
  const odd = oddness(question);
  if (!odd.has(question.target)) return [];
  return [...below(question.target, question.dependsOn)]
    .filter((service) => odd.has(service))
    .filter((service) => !(question.dependsOn.get(service) ?? []).some((callee) => odd.has(callee)))
    .sort((a, b) => (odd.get(b) ?? 0) - (odd.get(a) ?? 0));
};

/** The naive way: whatever is farthest from its usual value. */
export const oddest: ServiceMethod = (question) =>
  [...oddness(question)]
    .filter(([service]) => service !== question.target)
    .sort(([, a], [, b]) => b - a)
    .map(([service]) => service);

/** Adtributor with the services as the values of one attribute, and value times load as the measure. */
export const adtributorOnServices: ServiceMethod = ({ target, past, now }) => {
  const totals = [...now].flatMap(([service, series]) => {
    const before = past.get(service);
    if (service === target || before === undefined) return [];
    return [{ attribute: 'service', value: service, actual: meanFlow(series), expected: meanFlow(before) }];
  });
  return adtributor(totals).map(({ value }) => value);
};

function meanFlow({ values, loads }: LoadedSeries): number {
  const flows = values.map((value, i) => (value ?? 0) * (loads[i] ?? 0));
  return flows.reduce((sum, flow) => sum + flow, 0) / Math.max(1, flows.length);
}

function oddness({ past, now, worse }: Question): Map<string, number> {
  const odd = new Map<string, number>();
  for (const [service, series] of now) {
    const before = past.get(service)?.values.filter((value) => value !== null) ?? [];
    const values = series.values.filter((value) => value !== null);
    if (before.length === 0 || values.length === 0) continue;
    const distance = values.reduce((sum, value) => sum + value, 0) / values.length - sampleMedian(before);
    const deviations = (worse === 'higher' ? distance : -distance) / Math.max(1e-9, robustSpread(before));
    if (deviations > ODD) odd.set(service, deviations);
  }
  return odd;
}
