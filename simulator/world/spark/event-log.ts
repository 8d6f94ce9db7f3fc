import type { Storage } from '../storage.ts';
import * as events from './event-log-events.ts';
import type { SparkConf } from './executors.ts';
import type { SparkNode, TaskRecord } from './model.ts';
import type { StageLoad } from './stage-tasks.ts';
import type { LogDamage } from './trouble.ts';

const DEFAULT_PART_BYTES = 128 * 1024 ** 2;
/** Spark refuses smaller parts. */
const MINIMUM_PART_BYTES = 10 * 1024 ** 2;

interface OpenStage {
  readonly id: number;
  readonly attempt: number;
  readonly submittedMs: number;
  tasks: number;
  lastMs: number;
}

/**
 * A rolling event log on S3: a part appears when it is full or when the application ends, so that an
 * application that is killed leaves its last part behind nowhere.
 */
export class EventLog {
  readonly #storage: Storage;
  readonly #directory: string | null;
  readonly #file: string;
  readonly #partBytes: number;
  readonly #stages: readonly StageLoad[];
  readonly #open = new Map<string, OpenStage>();
  #lines: string[] = [];
  #bytes = 0;
  #part = 1;
  #taskIds = 0;
  readonly #damage: LogDamage | undefined;

  constructor(
    storage: Storage,
    conf: SparkConf,
    application: { readonly id: string; readonly attempt: number | null },
    stages: readonly StageLoad[],
    damage: LogDamage | undefined,
  ) {
    this.#damage = damage;
    this.#storage = storage;
    this.#stages = stages;
    this.#file = application.attempt === null ? application.id : `${application.id}_${application.attempt}`;
    const where = conf['spark.eventLog.dir'];
    const enabled = (conf['spark.eventLog.enabled'] ?? 'true') === 'true';
    this.#directory =
      enabled && where?.startsWith('s3') === true
        ? `${where.replace(/^s3[an]:/, 's3:').replace(/\/+$/, '')}/eventlog_v2_${this.#file}`
        : null;
    this.#partBytes = Math.max(MINIMUM_PART_BYTES, sizeOf(conf['spark.eventLog.rolling.maxFileSize']));
  }

  begin(
    version: string,
    name: string,
    applicationId: string,
    attempt: number | null,
    conf: SparkConf,
    nowMs: number,
  ): void {
    if (this.#directory !== null)
      this.#storage.putText(`${this.#directory}/appstatus_${this.#file}.inprogress`, '');
    this.#write(events.logStart(version));
    this.#write(events.applicationStart(name, applicationId, nowMs, attempt));
    this.#write(events.environmentUpdate(conf));
    const infos = this.#stages.map((load) => this.#info({ id: load.position, attempt: 0, tasks: 0 }));
    this.#write(events.jobStart(infos, nowMs));
  }

  nodeAdded(node: SparkNode, nowMs: number): void {
    for (const executor of node.executors) this.#write(events.executorAdded(node, executor, nowMs));
  }

  nodeRemoved(node: SparkNode, nowMs: number, reason: string): void {
    for (const executor of node.executors) this.#write(events.executorRemoved(executor, nowMs, reason));
  }

  task(record: TaskRecord): void {
    const open = this.#openStage(record);
    open.tasks += 1;
    open.lastMs = Math.max(open.lastMs, record.finishMs);
    const last = record.task.stage === this.#stages.length - 1;
    this.#write(events.taskEnd(record, this.#taskIds, last ? 'ResultTask' : 'ShuffleMapTask'));
    this.#taskIds += 1;
  }

  /** The application ended in order, well or not: everything is there. */
  close(nowMs: number, failure: string | null): void {
    this.#closeStages(failure ?? undefined);
    this.#write(events.jobEnd(nowMs, failure));
    this.#write(events.applicationEnd(nowMs));
    this.#roll(this.#damage);
    if (this.#directory === null) return;
    if (this.#damage === 'missing-middle')
      this.#storage.remove(this.#partUri(Math.ceil((this.#part - 1) / 2)));
    this.#storage.putText(`${this.#directory}/appstatus_${this.#file}`, '');
    this.#storage.remove(`${this.#directory}/appstatus_${this.#file}.inprogress`);
  }

  #openStage(record: TaskRecord): OpenStage {
    const key = `${record.task.stage}.${record.stageAttempt}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    if (record.stageAttempt === 0) this.#closeStages(undefined);
    const opened = {
      id: record.task.stage,
      attempt: record.stageAttempt,
      submittedMs: record.launchMs,
      tasks: 0,
      lastMs: record.launchMs,
    };
    this.#open.set(key, opened);
    this.#write(events.stageSubmitted(this.#info(opened)));
    return opened;
  }

  #closeStages(failureReason: string | undefined): void {
    for (const stage of this.#open.values()) {
      const info = { ...this.#info(stage), completedMs: stage.lastMs, failureReason };
      this.#write(events.stageCompleted(info));
    }
    this.#open.clear();
  }

  #info(stage: { id: number; attempt: number; tasks: number; submittedMs?: number }): events.StageInfo {
    const name = this.#stages[stage.id]?.stage.name ?? `stage ${stage.id}`;
    return { completedMs: undefined, failureReason: undefined, submittedMs: undefined, ...stage, name };
  }

  #write(event: Readonly<Record<string, unknown>>): void {
    if (this.#directory === null) return;
    const line = JSON.stringify(event);
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    if (this.#bytes >= this.#partBytes) this.#roll();
  }

  #partUri(part: number): string {
    return `${this.#directory}/events_${part}_${this.#file}`;
  }

  /** @param damage  of the last part */
  #roll(damage?: LogDamage): void {
    if (this.#directory === null || this.#lines.length === 0) return;
    const text = damaged(`${this.#lines.join('\n')}\n`, damage);
    if (text !== null) this.#storage.putText(this.#partUri(this.#part), text);
    this.#part += 1;
    this.#lines = [];
    this.#bytes = 0;
  }
}

/** @returns null when the part never comes */
function damaged(text: string, damage: LogDamage | undefined): string | null {
  if (damage === 'missing-last') return null;
  if (damage === 'truncated') return text.slice(0, Math.floor(text.length * 0.6));
  return damage === 'garbled' ? text.replaceAll('{', '\u0000') : text;
}

/** Bytes of a size such as `16m`; the default when there is none. */
export function sizeOf(text: string | undefined): number {
  const match = /^(\d+)\s*([kmg])b?$/i.exec(text ?? '');
  if (match === null) return DEFAULT_PART_BYTES;
  const powers: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3 };
  return Number(match[1]) * 1024 ** (powers[(match[2] ?? 'm').toLowerCase()] ?? 2);
}
