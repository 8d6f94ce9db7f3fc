import type { RunOutcome } from '../contracts/run-record.ts';
import type { Run } from '../contracts/run.ts';
import { isFinished } from './is-finished.ts';

/** A run as the ledger has it when somebody starts it. */
interface StandingRun {
  readonly run: Pick<Run, 'executionArn'>;
  readonly outcome: RunOutcome | null;
  readonly closedAt: string | null;
}

/** The execution that asks to be admitted. */
interface Start {
  readonly executionArn: string;
  /** how often it was redriven */
  readonly redriveCount: number;
}

/**
 * What a start of a run is that the ledger knows already.
 *
 * - `has-it`: the execution has the run and goes on;
 * - `ended`: the run landed, or this execution's hold on it is over: the start changes nothing;
 * - `take-over`: the run was closed without landing, and its own execution is driven again;
 * - `ask`: another execution has it, and only one that no longer runs can lose it.
 */
export function judgeStart(
  standing: StandingRun,
  { executionArn, redriveCount }: Start,
): 'has-it' | 'ended' | 'take-over' | 'ask' {
  if (standing.outcome !== null && isFinished(standing.outcome)) return 'ended';
  if (standing.run.executionArn !== executionArn) return 'ask';
  if (standing.closedAt === null) return 'has-it';
  return redriveCount > 0 ? 'take-over' : 'ended';
}
