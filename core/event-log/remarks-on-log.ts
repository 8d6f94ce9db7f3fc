interface LogState {
  readonly lines: number;
  readonly events: number;
  readonly tasks: number;
  readonly unreadableLines: number;
  readonly ended: boolean;
  readonly sparkVersion: string | null;
  /** sentences on what could not be read at all */
  readonly lacking: readonly string[];
}

/** Major versions whose events are read field by field in tests. */
const KNOWN_MAJORS = ['3', '4'];

/** What a log lacks, in sentences; none for one that is whole. */
export function remarksOn(log: LogState): string[] {
  const remarks = [...log.lacking];
  if (log.lines === 0) return log.lacking.length > 0 ? remarks : ['The log is empty.'];
  if (log.events === 0) {
    const count = log.lines === 1 ? 'Its one line is no' : `None of its ${log.lines} lines is a`;
    return [...remarks, `${count} Spark event: this is no event log.`];
  }
  if (log.unreadableLines > 0) {
    remarks.push(
      `${log.unreadableLines} of its ${log.lines} lines could not be read and count as not there.`,
    );
  }
  if (!log.ended) {
    remarks.push('It ends before its application does: what came after is missing from every sum.');
  }
  const major = log.sparkVersion?.split('.')[0];
  if (major === undefined) {
    remarks.push('It does not say which Spark wrote it: its beginning is missing.');
  } else if (!KNOWN_MAJORS.includes(major)) {
    remarks.push(
      `Spark ${log.sparkVersion} wrote it, known are 3 and 4: what it calls otherwise counts as not there.`,
    );
  }
  if (log.tasks === 0) remarks.push('No task ended in it: nothing is known of its work.');
  return remarks;
}
