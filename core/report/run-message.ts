import type { RunOutcome, RunRecord } from '../contracts/run-record.ts';
import { failureRule } from '../failure-policy/failure-policy.ts';
import type { ErrorBudget } from '../ledger/error-budget.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { secondsBetween } from '../units.ts';
import { bytesText, durationText, percentText, usdText } from '../units-text.ts';
import { bullet, labelled, paragraph, subjectLine, timeText, type Message } from './message.ts';
import { nextSteps } from './next-steps.ts';
import type { RunReport } from './run-report.ts';

const OUTCOME_WORDS: Readonly<Record<RunOutcome, string>> = {
  succeeded: 'on time',
  late: 'LATE',
  failed: 'FAILED',
  skipped: 'skipped',
  declined: 'declined',
};

/** The message about a run that has ended: outcome, time, cost, use, how good the forecast was, what to do. */
export function composeRunMessage(report: RunReport): Message {
  const { record } = report;
  const announcedAt = report.missAnnouncedAt ?? null;
  const allClear = announcedAt !== null && record.outcome === 'succeeded';
  const word = `${OUTCOME_WORDS[record.outcome]}${allClear ? ' after all' : ''}`;
  const cost = record.costUsd === null ? '' : `, ${usdText(record.costUsd)}`;
  const lines = [
    paragraph(`${record.job}, run of ${timeText(record.scheduledAt)}: ${word}. ${record.outcomeReason}`),
    '',
    ...failureLines(record),
    ...timeLines(record),
    ...announcementLines(announcedAt, record.deadlineAt, allClear),
    ...costLines(report),
    ...useLines(record),
    ...(record.logRemarks ?? []).map((remark, i) => labelled(i === 0 ? 'Event log' : '', remark)),
    ...forecastLines(report),
    ...modelLines(report),
    ...budgetLines(report.errorBudget),
    '',
    'What to do:',
    ...nextSteps(report).map(bullet),
    '',
    paragraph(`Run key ${record.runKey}, attempt ${record.attempt}.`),
  ];
  return {
    subject: subjectLine(`${record.job} ${word}${finishText(record)}${cost}`),
    text: `${lines.join('\n')}\n`,
  };
}

function finishText(record: RunRecord): string {
  if (record.stepsEndedAt === null || record.outcome === 'failed') return '';
  const slackSeconds = secondsBetween(record.stepsEndedAt, record.deadlineAt);
  return slackSeconds < 0
    ? ` by ${durationText(-slackSeconds)}`
    : `, ${durationText(slackSeconds)} before its deadline`;
}

function failureLines({ failure }: RunRecord): string[] {
  if (failure === null) return [];
  const facts = failure.evidence.length === 0 ? '' : ` (${failure.evidence.join('; ')})`;
  return [labelled('Failure', `${failureRule(failure.rule).says.slice(0, -1)}${facts}.`)];
}

function timeLines(record: RunRecord): string[] {
  const lines = [labelled('Deadline', timeText(record.deadlineAt))];
  if (record.stepsEndedAt !== null) {
    const slackSeconds = secondsBetween(record.stepsEndedAt, record.deadlineAt);
    const side = slackSeconds < 0 ? 'after' : 'before';
    lines.push(
      labelled(
        'Finished',
        `${timeText(record.stepsEndedAt)}, ${durationText(Math.abs(slackSeconds))} ${side} it`,
      ),
    );
  }
  if (record.runtimeSeconds !== null) {
    const predicted =
      record.predictedRuntimeSeconds === null
        ? ''
        : `, ${durationText(medianOf(record.predictedRuntimeSeconds))} expected`;
    lines.push(labelled('Runtime', `${durationText(record.runtimeSeconds)}${predicted}`));
  }
  return lines;
}

/** What was said of the deadline beforehand: taken back if it did not come true. */
function announcementLines(announcedAt: string | null, deadlineAt: string, allClear: boolean): string[] {
  if (announcedAt === null) return [];
  const before = durationText(Math.max(secondsBetween(announcedAt, deadlineAt), 0));
  const said = `at ${timeText(announcedAt)}, ${before} before the deadline, as a miss`;
  return [labelled('Announced', allClear ? `${said}. All clear: it was met` : said)];
}

function costLines({ record, budget }: RunReport): string[] {
  if (record.costUsd === null) return [];
  const parts = [`${usdText(record.costUsd)}${record.costIsEstimate ? ' (estimated)' : ''}`];
  if (record.predictedCostUsd !== null) parts.push(`${usdText(record.predictedCostUsd)} planned`);
  if (budget) parts.push(`target ${usdText(budget.targetUsd)}, limit ${usdText(budget.limitUsd)}`);
  const lines = [labelled('Cost', parts.join('; ')), ...record.costNotes.map((note) => labelled('', note))];
  if (record.onDemandCostUsd !== null && record.onDemandCostUsd > 0) {
    const saving = 1 - record.costUsd / record.onDemandCostUsd;
    const verdict = saving >= 0 ? `${percentText(saving)} saved` : `${percentText(-saving)} more than that`;
    lines.push(
      labelled('On demand', `about ${usdText(record.onDemandCostUsd)} on the baseline fleet: ${verdict}`),
    );
  }
  return lines;
}

function useLines(record: RunRecord): string[] {
  if (record.utilisation === null) return [];
  const paid =
    record.paidEfficiency === null ? '' : `; ${percentText(record.paidEfficiency)} of all that was paid`;
  return [labelled('Utilisation', `${percentText(record.utilisation)} of the executors' cores${paid}`)];
}

function forecastLines({ record, scores }: RunReport): string[] {
  if (record.inputBytes === null) return [];
  const parts = [`${bytesText(record.inputBytes)}`];
  if (record.forecastInputBytes !== null)
    parts.push(`${bytesText(medianOf(record.forecastInputBytes))} forecast`);
  if (scores !== null && scores.loadErrorPercent !== null) {
    const inside = scores.loadWithin90Percent === false ? ', outside its 90 % interval' : '';
    parts.push(`error ${signed(scores.loadErrorPercent)}${inside}`);
  }
  return [labelled('Load', parts.join('; '))];
}

/** A new version that did not take charge, or a pinned one: else everything is as it should be. */
function modelLines({ scores }: RunReport): string[] {
  const note = scores?.modelNote ?? null;
  return note === null ? [] : [labelled('Model', note)];
}

function signed(percent: number): string {
  return `${percent < 0 ? '' : '+'}${percent.toFixed(0)} %`;
}

function budgetLines(budget: ErrorBudget | null): string[] {
  if (budget === null || budget.remainingShare === null) return [];
  const left =
    budget.remainingShare < 0
      ? 'overspent'
      : `${percentText(budget.remainingShare)} of the error budget left`;
  return [
    labelled(
      'SLO',
      `${budget.runs - budget.missed} of ${budget.runs} runs on time in ${budget.windowDays} days, ` +
        `target ${(100 * budget.target).toFixed(1)} %: ${left}`,
    ),
  ];
}
