import type { TryNext } from '../contracts/fleet-plan.ts';
import { QUANTILE_LEVELS } from '../contracts/quantities.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { normalQuantile } from '../numerics/normal-quantile.ts';
import { expectedImprovementUsd, type Prospect } from '../runtime-model/propose/expected-improvement.ts';
import { predictRuntime } from '../runtime-model/runtime-model.ts';
import { SECONDS_PER_HOUR } from '../units.ts';
import { percentText, usdText } from '../units-text.ts';
import { costThenLateness } from './choose-plan.ts';
import { medianStartupSeconds } from './cluster-times.ts';
import { sumsOfDesign } from './evaluate/sums-of-design.ts';
import { designOf, fleetsOf } from './fleet-design.ts';
import type { Chosen } from './explain-plan.ts';
import type { Candidate, SizingProblem } from './sizing-problem.ts';
import type { SizingRequest } from './sizing-request.ts';
import { valueOfKnowing } from './value-of-knowing.ts';

/** Knowing the runtime must be worth this share of the plan's cost, and a try promise that share. */
const LEAST_WORTH = 0.05;
const LEAST_PROMISE = 0.01;
/** Less than this is nothing that a try could teach, log. */
const LEAST_LEARNABLE_SPREAD = 0.02;
const LOW = QUANTILE_LEVELS.indexOf(0.05);
const HIGH = QUANTILE_LEVELS.indexOf(0.95);

/** So many fleets are thought of: dearer ones promise less, and a plan may not take longer for this. */
const FLEETS = 24;

/** A fleet worth trying, and what the plan says of it. */
export interface Proposal {
  readonly candidate: Candidate;
  readonly tryNext: TryNext;
}

/**
 * The fleet to try next when not knowing the runtime is what costs most: more than not knowing the load does, and a
 * twentieth of the plan's cost. Among the cheapest fleets that are punctual enough and within the job's target and limit, the one
 * whose run may be expected to be cheapest below the plan's cost, counting only what a try can teach: spread beyond
 * that of the best known fleet.
 *
 * @param judged  all finalists, on the same scenarios as the chosen one
 * @returns null when nothing is to be learnt, or nothing that could be tried promises enough
 */
export function proposeTry(
  request: SizingRequest,
  problem: SizingProblem,
  judged: readonly Candidate[],
  chosen: Candidate,
): Proposal | null {
  const { costUsd } = chosen.judgement;
  const { targetUsd } = request.job.budget.perRun;
  if (chosen.violation !== 0) return null;
  const punctual = [chosen, ...cheapestPunctual(judged, chosen)];
  const allowed = punctual.filter(
    (candidate) => candidate !== chosen && candidate.judgement.costUsd + problem.spentUsd <= targetUsd,
  );
  if (allowed.length === 0) return null;
  const inputBytes = medianOf(request.forecast.inputBytes);
  const prospects = new Map(
    punctual.map((candidate) => [candidate, prospectOf(candidate, problem, inputBytes)]),
  );
  const luck = Math.min(...[...prospects.values()].map(({ logSpread }) => logSpread));
  const known = prospects.get(chosen);
  if (known === undefined) return null;
  const incumbent = { usd: meanUsd(learnable(known, luck)), secondsLeft: problem.secondsLeft };
  let best: { candidate: Candidate; improvementUsd: number } | undefined;
  for (const candidate of allowed) {
    const prospect = prospects.get(candidate);
    if (prospect === undefined) continue;
    const unsure = learnable(prospect, luck);
    if (unsure.logSpread < LEAST_LEARNABLE_SPREAD) continue;
    const improvementUsd = expectedImprovementUsd(unsure, incumbent);
    if (best === undefined || improvementUsd > best.improvementUsd) best = { candidate, improvementUsd };
  }
  if (best === undefined || best.improvementUsd < LEAST_PROMISE * costUsd) return null;
  const worthOf = valueOfKnowing(problem, request.forecast.inputBytes, judged, chosen, request.seed);
  const runtimeWorthUsd = worthOf('runtime');
  if (runtimeWorthUsd < LEAST_WORTH * costUsd) return null;
  const loadWorthUsd = worthOf('load');
  if (runtimeWorthUsd < loadWorthUsd) return null;
  const { candidate, improvementUsd } = best;
  const design = designOf(candidate.genome, problem.arenas, problem);
  const tried = isTried(request);
  return {
    candidate,
    tryNext: {
      zone: design.zone,
      fleets: fleetsOf(design),
      costUsd: candidate.judgement.costUsd,
      expectedImprovementUsd: improvementUsd,
      runtimeWorthUsd,
      loadWorthUsd,
      tried,
      reason: reasonFor({ candidate, design }, improvementUsd, runtimeWorthUsd / costUsd, tried),
    },
  };
}

function cheapestPunctual(judged: readonly Candidate[], chosen: Candidate): Candidate[] {
  return judged
    .filter((candidate) => candidate.violation === 0 && candidate !== chosen)
    .sort(costThenLateness)
    .slice(0, FLEETS);
}

/** Only where nobody is asked, only where the job file says so, and never while a run is being tried again. */
function isTried({ job, attempt }: SizingRequest): boolean {
  return job.learning?.explore === true && job.autonomy === 'auto' && (attempt ?? 1) === 1;
}

function prospectOf({ genome }: Candidate, problem: SizingProblem, inputBytes: number): Prospect {
  const sums = sumsOfDesign(designOf(genome, problem.arenas, problem));
  const { cores, nodes, memoryMib, coreSpeed, gpu, steadyUsdPerHour } = sums;
  const { medianSeconds, logResidual } = predictRuntime(problem.model, {
    inputBytes,
    cores,
    nodes,
    memoryMib,
    coreSpeed,
  });
  const width = (logResidual[HIGH] ?? 0) - (logResidual[LOW] ?? 0);
  return {
    logMedianSeconds: Math.log(medianSeconds),
    logSpread: width / (2 * normalQuantile(QUANTILE_LEVELS[HIGH] ?? 0.95)),
    usdPerHour: steadyUsdPerHour,
    startupSeconds: medianStartupSeconds(nodes + 1, gpu),
  };
}

/** Without the luck that every run has, which no try takes away. */
function learnable(prospect: Prospect, luck: number): Prospect {
  return { ...prospect, logSpread: Math.sqrt(Math.max(prospect.logSpread ** 2 - luck ** 2, 0)) };
}

function meanUsd({ logMedianSeconds, logSpread, usdPerHour, startupSeconds }: Prospect): number {
  const seconds = Math.exp(logMedianSeconds + logSpread ** 2 / 2) + startupSeconds;
  return (seconds / SECONDS_PER_HOUR) * usdPerHour;
}

function reasonFor(
  { candidate: { judgement }, design }: Pick<Chosen, 'candidate' | 'design'>,
  improvementUsd: number,
  worthShare: number,
  tried: boolean,
): string {
  const fleet = `${design.nodes} nodes of ${[design.core, ...design.task]
    .map(({ instanceType }) => instanceType.name)
    .filter((name, i, all) => all.indexOf(name) === i)
    .join(', ')} (${design.cores} executor cores)`;
  const does = tried
    ? `This run tries ${fleet}, as learning.explore asks`
    : `To try next: ${fleet}; learning.explore in the job file lets runs do so by themselves`;
  return `Not knowing the runtime costs up to ${percentText(worthShare)} of a run. ${does}. It is expected to cost ${usdText(judgement.costUsd)}, late with ${percentText(judgement.lateProbability)}; what it teaches may save ${usdText(improvementUsd)} a run.`;
}
