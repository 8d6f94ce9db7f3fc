import type { Job } from '../../core/contracts/job.ts';
import { TerminalError } from '../../core/errors.ts';
import type { ReportData } from '../../dashboard/report-data.ts';
import { summariseRuns } from '../../dashboard/summarise-runs.ts';
import { timelineOf } from '../../dashboard/timeline.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { jobView } from '../report/job-view.ts';
import { readIncidents } from '../report/read-incidents.ts';
import { readRuns } from '../report/read-runs.ts';
import { chargesByRun, memoryOf, messagesOf } from './account-of-scenario.ts';

/** The simulation met something the simulated AWS does not know, or that must never happen. */
class SimulationViolatedError extends TerminalError {
  override readonly name = 'SimulationViolatedError';
}

const RECORDS_MAX = 2000;
const INCIDENTS_MAX = 200;

/** @throws SimulationViolatedError  when the simulated AWS met something that it must not pass over */
export function refuseViolations({ violations }: Scenario): void {
  if (violations.length === 0) return;
  const lines = violations
    .slice(0, 10)
    .map((each) => `${new Date(each.atMs).toISOString()} ${each.kind}: ${each.message}`);
  throw new SimulationViolatedError(`The simulation met what it must not:\n${lines.join('\n')}`);
}

/** What came of the runs that were scheduled until then, read as it would be read from an account. */
export async function whatHappened(
  scenario: Scenario,
  jobs: readonly Job[],
  outputs: Readonly<Record<string, string>>,
  untilMs: number,
): Promise<Pick<ReportData, 'total' | 'jobs' | 'timeline' | 'messages' | 'incidents'>> {
  const memory = memoryOf(scenario, outputs);
  const charges = chargesByRun(scenario);
  const views = await scenario.during(async () => {
    const each = [];
    for (const job of jobs) {
      const runs = await readRuns(memory, job.name, RECORDS_MAX, (runHash) => charges.get(runHash));
      // what starts while the last runs land is another report's
      each.push(
        jobView(
          job,
          runs.filter((run) => Date.parse(run.record.scheduledAt) < untilMs),
        ),
      );
    }
    return each;
  });
  const incidents = await scenario.during(() => readIncidents(memory.ledger, INCIDENTS_MAX));
  const runs = views.flatMap((view) => view.runs);
  return {
    total: summariseRuns(runs),
    jobs: views,
    timeline: timelineOf(runs),
    messages: messagesOf(scenario),
    incidents,
  };
}
