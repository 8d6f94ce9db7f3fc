import type { ReportedProgress } from '../../core/contracts/reported-progress.ts';
import { percentText } from '../../core/units-text.ts';
import { newestReport } from '../../lambdas/aws/ledger-progress.ts';
import type { Ledger } from '../../lambdas/aws/ledger-table.ts';
import type { RealSpark } from '../../simulator/real-spark/real-spark.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import type { CommandContext } from '../command-context.ts';

const LOOK_EVERY_MS = 2000;
const TELL_EVERY_MS = 15_000;

/** What is done from outside with the cluster at work. @param reported  null: nothing yet */
export type Happening = (clusterId: string, reported: ReportedProgress | null) => Promise<void>;

/**
 * Tells what the cluster's reporter writes to the ledger while a step is at work.
 *
 * @returns something to call now and then, with the real clock in place
 */
export function watchProgress(
  scenario: Scenario,
  spark: RealSpark,
  ledger: Ledger,
  context: CommandContext,
  happening: Happening | null,
): () => Promise<void> {
  let lookedMs = -Infinity;
  let toldMs = Date.now();
  return async () => {
    const clusterId = spark.clusterAtWork;
    const nowMs = Date.now();
    if (clusterId === undefined || nowMs - lookedMs < LOOK_EVERY_MS) return;
    lookedMs = nowMs;
    const at = new Date(scenario.kernel.clock.nowMs());
    const reported = await scenario.during(() => newestReport(ledger, clusterId, at, { warn: context.note }));
    await happening?.(clusterId, reported);
    if (reported === null || nowMs - toldMs < TELL_EVERY_MS) return;
    toldMs = nowMs;
    context.note(`  ${progressText(reported)}`);
  };
}

function progressText({ tasksDone, tasksOpen, tasksFailed, executors, workDone }: ReportedProgress): string {
  const share = workDone === undefined ? '' : `, ${percentText(workDone)} of the work`;
  const failed = tasksFailed === 0 ? '' : `, ${tasksFailed} failed`;
  return `${tasksDone} tasks done, ${tasksOpen} open${failed}, ${executors} executors${share}`;
}
