import { textAt, type JsonRecord } from './json-fields.ts';

/** How one task failed: names and codes only. */
export interface TaskEnding {
  readonly reason: string;
  readonly exception: string | null;
  readonly exitStatus: number | null;
  readonly serviceErrors: readonly string[];
  readonly systemErrors: readonly string[];
  readonly sparkConditions: readonly string[];
  /** Spark counts it against the task's allowed tries */
  readonly counts: boolean;
}

/** `Exit status: -100`, `exit code is 137`, `exited with code 52`: the only place where the log has the number. */
const EXIT_STATUS = /(?:exit (?:status|code)(?: is)?:?|exited with code) (-?\d{1,5})/i;
/**
 * For these two, Spark drops YARN's code and writes a fixed phrase of its own instead (YarnAllocator).
 *
 * @see https://hadoop.apache.org/docs/stable/api/org/apache/hadoop/yarn/api/records/ContainerExitStatus.html
 */
const YARN_LIMITS: readonly (readonly [phrase: string, status: number])[] = [
  ['exceeding virtual memory limits', -103],
  ['exceeding physical memory limits', -104],
];
/** The AWS SDK for Java prints its codes into every exception's text, and nowhere else. */
const SERVICE_ERROR = /Error Code: ([A-Za-z.]{3,60})/;
const HTTP_STATUS = /Status Code: (\d{3})\b/;
/** Spark puts the name of its error condition first. */
const SPARK_CONDITION = /^(?:[\w.$]+: )?\[([A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\]/;
/** What strerror(3) makes of an error number, whatever wraps it. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = { 'No space left on device': 'ENOSPC' };

/** @param reason  `Task End Reason` of a task that failed */
export function readTaskFailure(reason: JsonRecord): TaskEnding {
  const name = textAt(reason, 'Reason') ?? 'unknown';
  const lossReason = textAt(reason, 'Loss Reason');
  const description = textAt(reason, 'Description') ?? '';
  const thrown = name === 'ExceptionFailure';
  return {
    reason: name,
    exception: thrown ? textAt(reason, 'Class Name') : null,
    exitStatus: exitStatusIn(lossReason),
    ...codesIn(description),
    counts: thrown || (name === 'ExecutorLostFailure' && reason['Exit Caused By App'] !== false),
  };
}

/** The exit status in the reason for an executor's loss; null when it has none. */
export function exitStatusIn(lossReason: string | null): number | null {
  if (lossReason === null) return null;
  const status = EXIT_STATUS.exec(lossReason)?.[1];
  if (status !== undefined) return Number(status);
  return YARN_LIMITS.find(([phrase]) => lossReason.includes(phrase))?.[1] ?? null;
}

function codesIn(text: string): Pick<TaskEnding, 'serviceErrors' | 'systemErrors' | 'sparkConditions'> {
  const found = (pattern: RegExp) => pattern.exec(text)?.[1] ?? [];
  return {
    serviceErrors: [found(SERVICE_ERROR), found(HTTP_STATUS)].flat(),
    systemErrors: Object.entries(SYSTEM_ERRORS).flatMap(([phrase, code]) =>
      text.includes(phrase) ? code : [],
    ),
    sparkConditions: [found(SPARK_CONDITION)].flat(),
  };
}
