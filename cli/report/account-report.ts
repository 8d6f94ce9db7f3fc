import type { Job } from '../../core/contracts/job.ts';
import type { ReportData } from '../../dashboard/report-data.ts';
import { summariseRuns } from '../../dashboard/summarise-runs.ts';
import { timelineOf } from '../../dashboard/timeline.ts';
import { createClients } from '../../lambdas/runtime/clients.ts';
import { jobView } from './job-view.ts';
import { readIncidents } from './read-incidents.ts';
import { readRuns, type Memory } from './read-runs.ts';

interface Request {
  readonly ledger: string;
  readonly documents: string;
  readonly region: string;
  readonly jobs: readonly Job[];
  readonly now: Date;
}

const RUNS_PER_JOB = 60;
const INCIDENTS_MAX = 50;

/** The newest runs of a deployment's jobs, read with the caller's own AWS credentials. */
export async function accountReport(request: Request): Promise<ReportData> {
  const clients = createClients(request.region);
  const memory: Memory = {
    ledger: { clients, table: request.ledger },
    documents: { clients, bucket: request.documents },
  };
  const jobs = [];
  for (const job of request.jobs) {
    jobs.push(jobView(job, await readRuns(memory, job.name, RUNS_PER_JOB, () => undefined)));
  }
  const runs = jobs.flatMap((job) => job.runs);
  const until = request.now.toISOString();
  return {
    source: { kind: 'account', table: request.ledger, region: request.region },
    from: runs.map((run) => run.record.scheduledAt).sort()[0] ?? until,
    until,
    total: summariseRuns(runs),
    jobs,
    timeline: timelineOf(runs),
    messages: [],
    incidents: await readIncidents(memory.ledger, INCIDENTS_MAX),
  };
}
