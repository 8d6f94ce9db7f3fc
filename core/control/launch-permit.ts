import type { Control, LaunchPermit, Reservation } from '../contracts/control.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Market } from '../contracts/market.ts';
import type { Run } from '../contracts/run.ts';
import { medianOf } from '../numerics/quantiles.ts';
import type { Rng } from '../numerics/rng.ts';
import { minuteText, usdText } from '../units-text.ts';
import { afterSeconds, secondsBetween, SECONDS_PER_HOUR, SECONDS_PER_DAY } from '../units.ts';
import { launchBar } from './launch-bar.ts';
import type { Limits } from './limits.ts';
import { microUsdOf, usdOf } from './micro-usd.ts';
import { claimFor, spendLimits, type Refusal, type SpendClaim } from './spend-claim.ts';

/** Those who wait for the same thing do not all come back at once. */
const JITTER_SECONDS = 90;
const VCPUS_AGAIN_SECONDS = 60;
/** A pause may be ended early; that is noticed so soon. */
const PAUSE_AGAIN_SECONDS = 300;
const LEAST_WAIT_SECONDS = 10;

/** What a sum stands at: `committed` is what is reserved and what was spent. */
export interface SpendSum {
  readonly committedMicroUsd: number;
  readonly spentMicroUsd: number;
}
export interface Counters {
  readonly run: SpendSum;
  readonly jobMonth: SpendSum;
  readonly accountMonth: SpendSum;
  readonly launches: number;
  readonly onDemandVcpus: number;
  readonly spotVcpus: number;
}

export interface LaunchQuestion {
  readonly run: Run;
  readonly plan: FleetPlan;
  readonly market: Pick<Market, 'vcpuQuotaOnDemand' | 'vcpuQuotaSpot'>;
  readonly limits: Limits;
  readonly control: Control;
  /** of this attempt; undefined before it has one */
  readonly reservation: Reservation | undefined;
  readonly runSpend: SpendSum;
  /** people said yes to this plan, knowing of its month: the job's month does not bind it */
  readonly approved: boolean;
  /** ISO 8601 */
  readonly now: string;
  readonly rng: Rng;
}

type LaunchRequest = { readonly decision: 'claim'; readonly claim: SpendClaim } | LaunchPermit;

/** What to claim for a launch; or the answer, where there is nothing to claim. */
export function requestLaunch(question: LaunchQuestion): LaunchRequest {
  const { run, plan, limits, control, reservation, now } = question;
  if (reservation?.settledAt === null) {
    const reserved = usdText(usdOf(reservation.reservedMicroUsd));
    return { decision: 'reserved', reason: `${reserved} are reserved for it.` };
  }
  if (reservation !== undefined) {
    return refused(
      `${reservation.clusterName} is over: its reservation was settled ${reservation.settledAt}.`,
    );
  }
  const bar = launchBar(control, run.job, now);
  if (bar?.until === null) return refused(bar.reason);
  if (bar !== null) return waitFor(question, bar.until, PAUSE_AGAIN_SECONDS, bar.reason);
  const spend = spendLimits(limits, question.market);
  const roomMicroUsd = spend.runMicroUsd - question.runSpend.committedMicroUsd;
  if (roomMicroUsd < microUsdOf(plan.forecast.costUsd)) {
    return refused(
      runText(question.runSpend, spend.runMicroUsd, microUsdOf(plan.forecast.costUsd), question),
    );
  }
  const { approved } = question;
  const held = approved ? { ...spend, jobMonthMicroUsd: null } : spend;
  return {
    decision: 'claim',
    claim: { ...claimFor(run, plan, held, roomMicroUsd, now), monthWaived: approved },
  };
}

/**
 * The answer to a claim. To one that was turned down: what clears by itself is waited for as long as the deadline can still
 * be met; what does not is refused, with the limit, what stands against it, and the command that helps.
 *
 * @param failed  counters that had no room; none: the claim is granted
 * @param counters  as they stand since
 */
export function permitAfter(
  question: LaunchQuestion,
  claim: SpendClaim,
  failed: readonly Refusal[],
  counters: Counters,
): LaunchPermit {
  const { limits } = claim;
  const needs = claim.microUsd;
  if (failed.length === 0) return { decision: 'reserved', reason: `${usd(needs)} are reserved.` };
  if (failed.includes('attempt') && !failed.includes('reservation'))
    return refused('The attempt was released: it launches nothing any more.');
  if (failed.includes('run')) return refused(runText(counters.run, limits.runMicroUsd, needs, question));
  if (failed.includes('job-month') && limits.jobMonthMicroUsd !== null) {
    const { job } = question.run;
    const what = `${job}'s limit for ${claim.month}`;
    return refused(monthText(what, job, counters.jobMonth, limits.jobMonthMicroUsd, needs, question.now));
  }
  if (failed.includes('account-month') && limits.accountMonthMicroUsd !== null) {
    const what = `The account's limit for ${claim.month}`;
    const { accountMonth } = counters;
    return refused(
      monthText(what, '--account', accountMonth, limits.accountMonthMicroUsd, needs, question.now),
    );
  }
  if (failed.includes('vcpus')) return vcpuPermit(question, claim, counters);
  if (failed.includes('launches')) {
    const nextHour = afterSeconds(`${claim.hour}:00:00.000Z`, SECONDS_PER_HOUR);
    const text = `${counters.launches} clusters were launched this hour, of at most ${limits.launchesPerHour}.`;
    const help = `To allow more: flarepath override --account --launches-per-hour ${limits.launchesPerHour * 2} ${untilText(question.now)}`;
    return waitFor(question, nextHour, SECONDS_PER_HOUR, `${text} ${help}`);
  }
  return waitFor(question, question.now, VCPUS_AGAIN_SECONDS, 'Another call reserves for the same attempt.');
}

function vcpuPermit(question: LaunchQuestion, claim: SpendClaim, counters: Counters): LaunchPermit {
  const parts = [
    ['on demand', claim.onDemandVcpus, counters.onDemandVcpus, claim.limits.onDemandVcpus] as const,
    ['spot', claim.spotVcpus, counters.spotVcpus, claim.limits.spotVcpus] as const,
  ].flatMap(([name, needed, used, quota]) =>
    quota === null || used + needed <= quota ? [] : [{ name, needed, used, quota }],
  );
  const text = parts
    .map(({ name, needed, used, quota }) => `vCPUs ${name}: ${needed} needed, ${used} of ${quota} in use.`)
    .join(' ');
  const help = 'To allow more, ask Service Quotas for a higher quota of EC2.';
  if (parts.some(({ needed, quota }) => needed > quota)) return refused(`${text} ${help}`);
  return waitFor(question, question.now, VCPUS_AGAIN_SECONDS, `${text} ${help}`);
}

/** Waits until then and a little longer, looking every so often, if a flight could still land in time. */
function waitFor(
  question: LaunchQuestion,
  until: string,
  everySeconds: number,
  reason: string,
): LaunchPermit {
  const { run, plan, now, rng } = question;
  const flightSeconds = plan.forecast.startupSeconds + medianOf(plan.forecast.runtimeSeconds);
  const leftSeconds = secondsBetween(now, run.deadlineAt) - flightSeconds;
  const untilSeconds = Math.max(secondsBetween(now, until), 0);
  if (leftSeconds <= 0 || untilSeconds > leftSeconds) {
    return refused(
      `${reason} Launched after that, it would miss its deadline of ${minuteText(run.deadlineAt)} UTC.`,
    );
  }
  const wanted = Math.min(untilSeconds > 0 ? untilSeconds : everySeconds, everySeconds);
  const retryAfterSeconds = Math.ceil(Math.min(wanted + rng() * JITTER_SECONDS, leftSeconds));
  return { decision: 'wait', reason, retryAfterSeconds: Math.max(retryAfterSeconds, LEAST_WAIT_SECONDS) };
}

function runText(
  spend: SpendSum,
  limitMicroUsd: number,
  needsMicroUsd: number,
  { run, now }: LaunchQuestion,
): string {
  return `The run's limit of ${usd(limitMicroUsd)}: ${stands(spend)}; this attempt needs ${usd(needsMicroUsd)}. To allow it: flarepath override ${run.job} --run-limit-usd ${enough(spend, needsMicroUsd)} ${untilText(now)}`;
}

function monthText(
  what: string,
  whom: string,
  spend: SpendSum,
  limitMicroUsd: number,
  needsMicroUsd: number,
  now: string,
): string {
  return `${what}, ${usd(limitMicroUsd)}: ${stands(spend)}; this launch needs ${usd(needsMicroUsd)}. To allow it: flarepath override ${whom} --month-limit-usd ${enough(spend, needsMicroUsd)} ${untilText(now)}`;
}

function stands({ committedMicroUsd, spentMicroUsd }: SpendSum): string {
  return `${usd(spentMicroUsd)} spent, ${usd(committedMicroUsd - spentMicroUsd)} reserved`;
}

/** The next whole dollar that has room for what is needed. */
function enough({ committedMicroUsd }: SpendSum, needsMicroUsd: number): number {
  return Math.ceil(usdOf(committedMicroUsd + needsMicroUsd));
}

function untilText(now: string): string {
  return `--until ${afterSeconds(now, SECONDS_PER_DAY)} --reason TEXT`;
}

function usd(microUsd: number): string {
  return usdText(usdOf(microUsd));
}

function refused(reason: string): LaunchPermit {
  return { decision: 'refused', reason };
}
