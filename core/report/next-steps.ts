import { failureRule } from '../failure-policy/failure-policy.ts';
import type { RunReport } from './run-report.ts';
import { percentText } from '../units-text.ts';

const UTILISATION_LOW = 0.7;
const UTILISATION_HIGH = 0.85;
const SKEW_WORTH_TELLING = 4;
const GC_SHARE_WORTH_TELLING = 0.1;

/** What a person could do about a run, most urgent first; one entry that says so when there is nothing. */
export function nextSteps(report: RunReport): string[] {
  const steps = [...outcomeSteps(report), ...costSteps(report), ...stageSteps(report), ...tryStep(report)];
  return steps.length === 0 ? ['Nothing.'] : steps;
}

function outcomeSteps({ record, errorBudget }: RunReport): string[] {
  const steps: string[] = [];
  if (record.outcome === 'failed') {
    const rule = record.failure?.rule ?? (record.outputPresent === false ? 'output-missing' : 'step-failure');
    steps.push(failureRule(rule).advice);
  }
  if (record.outcome === 'late' && record.reclaims > 0) {
    steps.push(`It lost ${record.reclaims} spot nodes; later plans weigh that pool's losses.`);
  }
  if (record.outcome === 'late' && record.reclaims === 0) {
    steps.push('No node was lost: give it a higher budget limit, an earlier start, or a later deadline.');
  }
  if (errorBudget !== null && errorBudget.remainingShare !== null && errorBudget.remainingShare < 0) {
    steps.push('The error budget is overspent: hold back changes to this job until it has recovered.');
  }
  return steps;
}

/** What to try next, when the plan had something to propose. */
function tryStep({ plan }: RunReport): string[] {
  return plan?.tryNext === undefined || plan.tryNext.tried ? [] : [plan.tryNext.reason];
}

function costSteps({ record, budget }: RunReport): string[] {
  if (!budget || record.costUsd === null) return [];
  if (record.costUsd > budget.limitUsd) {
    return ['It cost more than its limit: the load or the losses were beyond the plan; check the budget.'];
  }
  if (record.costUsd > budget.targetUsd) {
    return ['It cost more than its target: a later deadline, or spot where it is off, would bring it down.'];
  }
  return [];
}

function stageSteps({ record }: RunReport): string[] {
  const steps: string[] = [];
  const { utilisation, eventLog } = record;
  if (utilisation !== null && utilisation < UTILISATION_LOW) {
    steps.push(
      `Only ${percentText(utilisation)} of the cores worked: more partitions, or fewer nodes, would help.`,
    );
  }
  if (utilisation !== null && utilisation > UTILISATION_HIGH) {
    steps.push(`${percentText(utilisation)} of the cores worked: little is left for a larger load.`);
  }
  const longest = [...(eventLog?.stages ?? [])].sort((a, b) => b.taskSeconds - a.taskSeconds)[0];
  if (longest === undefined || longest.taskSeconds === 0) return steps;
  const skew = longest.medianTaskSeconds > 0 ? longest.longestTaskSeconds / longest.medianTaskSeconds : 1;
  if (skew >= SKEW_WORTH_TELLING) {
    steps.push(`Stage ${longest.stageId} is skewed: its longest task took ${skew.toFixed(0)} x the median.`);
  }
  if (longest.gcSeconds / longest.taskSeconds >= GC_SHARE_WORTH_TELLING) {
    steps.push(
      `Stage ${longest.stageId} collected garbage for ${percentText(longest.gcSeconds / longest.taskSeconds)} of its time: it wants more memory per core.`,
    );
  }
  if (longest.spillBytes > longest.inputBytes + longest.shuffleReadBytes) {
    steps.push(
      `Stage ${longest.stageId} spilled more than it read: it wants more memory or more partitions.`,
    );
  }
  return steps;
}
