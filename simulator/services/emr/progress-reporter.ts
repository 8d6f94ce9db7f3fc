import type { Kernel } from '../../contracts.ts';
import { MS_PER_MINUTE } from '../../world/draws.ts';
import type { ApplicationReport } from '../../world/spark/running-application.ts';
import type { PutMetric } from '../cloudwatch.ts';
import type { ClusterRun } from './cluster-run.ts';
import { faultSubject, type ClusterRecord, type Step } from './model.ts';

const KEPT_SECONDS = 7 * 86_400;
/** EMR says when all steps are done; until then there may be work that nobody has announced. */
const MOST_DONE = 0.99;
/** of what is done, where reports go backwards */
const FALLS_TO = 1 / 3;
/** Late and misdated reports begin so long after the cluster is ready. */
const TROUBLE_BEGINS_MS = 5 * MS_PER_MINUTE;
const COUNTERS = [
  'stagesDone',
  'stagesOpen',
  'tasksDone',
  'tasksOpen',
  'tasksRunning',
  'tasksFailed',
  'taskSeconds',
  'inputBytes',
  'shuffleReadBytes',
  'executors',
  'executorCores',
  'driverRestarts',
] as const;

type Item = Readonly<Record<string, { readonly S: string } | { readonly N: string }>>;

/** What a reporter has written to a table, by its own clock. */
export interface WrittenReport {
  readonly table: string;
  readonly item: Item;
  /** of the nodes, whose role writes it */
  readonly instanceProfile: string;
}

/**
 * The program `cluster/progress-reporter.py` of one cluster, as far as it shows: what it writes to the ledger and to
 * CloudWatch, by its rule of how much is done. It looks once a minute, where the program does twice; a cluster whose
 * bootstrap actions do not start it has none.
 */
export class ProgressReporter {
  readonly #kernel: Kernel;
  readonly #cluster: ClusterRecord;
  readonly #table: string;
  readonly #expectedSeconds: number | null;
  readonly #trouble: { form: string; minutes: number } | undefined;
  readonly #applications = new Map<Step, ApplicationReport>();
  #late: { readonly atMs: number; readonly report: WrittenReport }[] = [];
  #newest: WrittenReport | null = null;

  /** @returns null for a cluster that starts no reporter */
  static of(kernel: Kernel, cluster: ClusterRecord): ProgressReporter | null {
    const args = cluster.input.BootstrapActions.map(({ ScriptBootstrapAction: { Args } }) => Args).find(
      (each) => each.includes('--table'),
    );
    const table = args?.[args.indexOf('--table') + 1];
    if (args === undefined || table === undefined) return null;
    const at = args.indexOf('--expected-task-seconds');
    return new ProgressReporter(kernel, cluster, table, at < 0 ? null : Number(args[at + 1]));
  }

  private constructor(kernel: Kernel, cluster: ClusterRecord, table: string, expectedSeconds: number | null) {
    this.#kernel = kernel;
    this.#cluster = cluster;
    this.#table = table;
    this.#expectedSeconds = expectedSeconds;
    this.#trouble = kernel.fault('progress-report', faultSubject(cluster));
  }

  /** Looks at the cluster's applications, and tells. Nothing is told before there is one. */
  look(run: ClusterRun, nowMs: number, put: PutMetric): void {
    for (const { step, application } of run.running) {
      const report = application?.report() ?? null;
      if (report !== null) this.#applications.set(step, report);
    }
    if (this.#applications.size === 0 || this.#isSilent(nowMs)) return;
    const said = this.#said(nowMs);
    const isLate = this.#trouble?.form === 'late' && this.#isTroubled(nowMs);
    if (isLate) this.#late.push({ atMs: nowMs + this.#troubledMs, report: said.report });
    else this.#newest = said.report;
    const due = this.#late.findLast(({ atMs }) => atMs <= nowMs);
    if (due !== undefined) {
      this.#newest = due.report;
      this.#late = this.#late.filter(({ atMs }) => atMs > nowMs);
    }
    if (isLate) return;
    const dimensions = { JobFlowId: this.#cluster.id };
    if (said.workDone !== null) {
      const value = said.workDone * 100;
      put({
        namespace: 'Flarepath',
        name: 'WorkDonePercent',
        dimensions,
        value,
        unit: 'Percent',
        atMs: nowMs,
      });
    }
  }

  /** What was written since this was last asked; null: nothing. */
  takeWritten(): WrittenReport | null {
    const newest = this.#newest;
    this.#newest = null;
    return newest;
  }

  /** Of an application that ended well, tasks that were open ended between two looks. */
  #closed(): ApplicationReport[] {
    return [...this.#applications].map(([{ state }, report]) => {
      if (state === 'RUNNING') return report;
      const { tasksDone, tasksOpen, workSeconds, leftSeconds } = report;
      const over = {
        tasksOpen: 0,
        tasksRunning: 0,
        stagesOpen: 0,
        leftSeconds: 0,
        executors: 0,
        executorCores: 0,
      };
      return state === 'COMPLETED'
        ? { ...report, ...over, tasksDone: tasksDone + tasksOpen, workSeconds: workSeconds + leftSeconds }
        : { ...report, ...over };
    });
  }

  #said(nowMs: number): { report: WrittenReport; workDone: number | null } {
    const reports = this.#closed();
    const workDone = this.#workDone(reports, nowMs);
    const numbers: Record<string, number> = {
      applications: reports.length,
      applicationsEnded: [...this.#applications.keys()].filter(({ state }) => state !== 'RUNNING').length,
      ...{ applicationsSilent: 0, memoryUsedBytes: 0, memoryTotalBytes: 0, spillBytes: 0 },
      ...Object.fromEntries(COUNTERS.map((name) => [name, sumOf(reports, name)])),
      ...(workDone === null ? {} : { workDone }),
    };
    const clockMs = nowMs + this.#clockSkewMs(nowMs);
    const item: Item = {
      pk: { S: `PROGRESS#${this.#cluster.id}` },
      sk: { S: 'NEWEST' },
      reportedAt: { S: new Date(clockMs).toISOString() },
      expiresAt: { N: String(Math.floor(clockMs / 1000) + KEPT_SECONDS) },
      ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: plain(value) }])),
    };
    const report = { table: this.#table, item, instanceProfile: this.#cluster.input.JobFlowRole ?? '' };
    return { report, workDone };
  }

  #workDone(reports: readonly ApplicationReport[], nowMs: number): number | null {
    if (this.#expectedSeconds === null) return null;
    const done = sumOf(reports, 'workSeconds');
    const left = sumOf(reports, 'leftSeconds');
    const whole = Math.max(this.#expectedSeconds, done + left);
    const share = whole > 0 ? Math.min(done / whole, MOST_DONE) : 0;
    const falls = this.#trouble?.form === 'backwards' && this.#readySinceMs(nowMs) >= this.#troubledMs;
    return falls ? share * FALLS_TO : share;
  }

  get #troubledMs(): number {
    return (this.#trouble?.minutes ?? 0) * MS_PER_MINUTE;
  }

  #isTroubled(nowMs: number): boolean {
    return this.#readySinceMs(nowMs) >= TROUBLE_BEGINS_MS;
  }

  #readySinceMs(nowMs: number): number {
    return nowMs - (this.#cluster.readyMs ?? nowMs);
  }

  #isSilent(nowMs: number): boolean {
    if (this.#trouble?.form === 'missing') return true;
    return this.#trouble?.form === 'dies' && this.#readySinceMs(nowMs) >= this.#troubledMs;
  }

  #clockSkewMs(nowMs: number): number {
    if (!this.#isTroubled(nowMs)) return 0;
    if (this.#trouble?.form === 'clock-ahead') return this.#troubledMs;
    return this.#trouble?.form === 'clock-behind' ? -this.#troubledMs : 0;
  }
}

function sumOf(reports: readonly ApplicationReport[], name: keyof ApplicationReport): number {
  return reports.reduce((sum, report) => sum + report[name], 0);
}

function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
