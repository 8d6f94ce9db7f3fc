import type { Control, DeploymentLimits } from '../../core/contracts/control.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import type { Quantiles } from '../../core/contracts/quantities.ts';
import { limitsFor } from '../../core/control/limits.ts';
import { whyNextLaunchWaits } from '../../core/control/next-launch.ts';
import { hourOf } from '../../core/control/spend-claim.ts';
import type { EarlierAttempt } from '../../core/failure-policy/constraints-of.ts';
import { lastAttemptOf } from '../../core/ledger/attempt-numbers.ts';
import { monthOf } from '../../core/ledger/month-cost.ts';
import { clusterNameOf } from '../../core/ledger/run-key.ts';
import { sizingAskOf } from '../../core/pilot/resizing/ask.ts';
import { mayBeOutpaced } from '../../core/pilot/resizing/begin-anew.ts';
import type { Situation } from '../../core/pilot/situation.ts';
import type { Log } from '../runtime/log.ts';
import { decisionsOf } from './ledger-decisions.ts';
import { recordsOfRun } from './ledger-records.ts';
import { inFlight, monthSpend } from './ledger-spend-sums.ts';
import { reservationOf } from './ledger-spend.ts';
import type { Ledger } from './ledger-table.ts';

interface Question {
  /** the look would ask that the rest of the flight be sized */
  readonly asks: boolean;
  readonly job: DeployedJob;
  readonly control: Control;
  readonly deployment: DeploymentLimits;
  readonly at: Date;
  readonly log: Pick<Log, 'info'>;
}

/**
 * Whether a flight that is given up now would be followed by another attempt, at once and unasked. The ledger is read
 * only where that matters: a fresh attempt is weighed, or about to be.
 */
export async function mayBeginAnew(
  ledger: Ledger,
  seen: Situation,
  { asks, job, control, deployment, at, log }: Question,
): Promise<boolean> {
  const { run } = seen;
  const fresh = seen.options?.fresh ?? null;
  const wouldAsk = (): boolean => asks && sizingAskOf({ ...seen, attemptsLeft: true }) !== null;
  if (fresh === null && !wouldAsk()) return false;
  const now = at.toISOString();
  const earlier =
    run.attempt <= run.firstAttempt
      ? []
      : (await recordsOfRun(ledger, run.job, run.scheduledAt))
          .filter(({ attempt }) => attempt >= run.firstAttempt && attempt < run.attempt)
          .flatMap(({ failure }) => failure ?? []);
  const flight = { attempt: run.attempt, maxAttempts: lastAttemptOf(run, job) };
  if (!mayBeOutpaced(flight, earlier)) return false;
  const month = monthOf(run.scheduledAt);
  const why = whyNextLaunchWaits({
    ...{ job, control, fresh, now },
    limits: limitsFor(job, deployment, control, now),
    counters: {
      jobMonth: await monthSpend(ledger, job.name, month),
      accountMonth: await monthSpend(ledger, null, month),
      ...(await inFlight(ledger, hourOf(now))),
    },
    own: await reservationOf(ledger, clusterNameOf(run)),
  });
  if (why !== null) log.info('a fresh attempt would wait', { why });
  return why === null;
}

/** The load that an earlier attempt was given up for; null where none was. */
export async function loadShownBy(
  ledger: Ledger,
  runKey: string,
  earlier: readonly EarlierAttempt[],
): Promise<Quantiles | null> {
  const outpaced = earlier.findLast(({ record }) => record.failure?.rule === 'outpaced');
  if (outpaced === undefined) return null;
  const [last] = await decisionsOf(ledger, runKey, outpaced.record.attempt, 1);
  return last?.shownInputBytes ?? null;
}
