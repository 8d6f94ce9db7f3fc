import { TerminalError } from '../errors.ts';

/** One thing wrong with a history file, and where. */
export interface HistoryFault {
  readonly file: string;
  /** 1-based line of the file */
  readonly line: number;
  /** 1-based column of the table; 0 when the whole line is meant */
  readonly column: number;
  /** name of the table's column; empty when the whole line is meant */
  readonly field: string;
  readonly found: string;
  readonly allowed: string;
}

/** Thrown when a table of past runs cannot be used as it stands. Its message lists every fault found. */
export class HistoryFileError extends TerminalError {
  override readonly name = 'HistoryFileError';
  readonly faults: readonly HistoryFault[];

  constructor(faults: readonly HistoryFault[], faultsNotShown: number) {
    const lines = faults.map(
      (fault) =>
        `${fault.file}:${fault.line}: ${fault.field === '' ? '' : `${fault.field}: `}` +
        `found ${fault.found}; allowed: ${fault.allowed}`,
    );
    if (faultsNotShown > 0) lines.push(`… and ${faultsNotShown} more`);
    super(lines.join('\n'));
    this.faults = faults;
  }
}
