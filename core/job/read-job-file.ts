import { LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import { Job } from '../contracts/job.ts';
import { TerminalError } from '../errors.ts';
import type { JobFault, LocatedByPath } from './job-fault.ts';
import { semanticFaults } from './semantic-faults.ts';
import { structuralFaults } from './structural-faults.ts';

/** Thrown when a job file cannot be used. Its message names every fault, one a line. */
export class JobFileError extends TerminalError {
  override readonly name = 'JobFileError';
  readonly faults: readonly JobFault[];

  constructor(faults: readonly JobFault[]) {
    super(faults.map(describe).join('\n'));
    this.faults = faults;
  }
}

/**
 * Reads a job file.
 *
 * @param text  YAML
 * @param file  its name, for messages
 * @returns the job with defaults filled in
 * @throws JobFileError  with every fault of the file at once
 */
export function readJobFile(text: string, file: string): Job {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new JobFileError(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file, line, column: col, field: '', found: yamlFault(error), allowed: 'YAML' };
      }),
    );
  }
  const raw: unknown = document.toJS();
  const parsed = Job.safeParse(raw);
  const faults = [...(parsed.success ? [] : structuralFaults(parsed.error, raw)), ...semanticFaults(raw)];
  if (!parsed.success || faults.length > 0) {
    const located = faults.map((fault) => locate(fault, document, lines, file));
    throw new JobFileError(located.sort((a, b) => a.line - b.line || a.column - b.column));
  }
  return parsed.data;
}

/** What the parser found wrong, in words of the house; what is rare, in its own. */
const YAML_FAULTS: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'an alias (*) of no anchor (&)',
  BAD_INDENT: 'an indentation that fits no line above',
  BAD_SCALAR_START: 'a character that no plain text may begin with (quote it)',
  BLOCK_AS_IMPLICIT_KEY: 'a block where a key should stand',
  DUPLICATE_KEY: 'a key for the second time',
  MISSING_CHAR: 'a missing bracket, quote, comma or colon',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines, or a colon missing after one',
  MULTIPLE_DOCS: 'a second document (---) in one file',
  TAB_AS_INDENT: 'a tab as indentation (use spaces)',
};

function yamlFault({ code, message }: YAMLError): string {
  return YAML_FAULTS[code] ?? `something that is not YAML (${message})`;
}

/** A fault of a job file, with its place there. @param text  of the file, which is YAML */
export function placedFault(fault: LocatedByPath, text: string, file: string): JobFault {
  const lines = new LineCounter();
  return locate(fault, parseDocument(text, { lineCounter: lines, prettyErrors: false }), lines, file);
}

/** Where a field of a job file stands: 1-based; the file's start when it does not stand there. */
export function placeInJobFile(text: string, path: readonly PropertyKey[]): { line: number; column: number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const { line, col } = lines.linePos(offsetOf(document, path));
  return { line, column: col };
}

function describe(fault: JobFault): string {
  const field = fault.field === '' ? '' : `${fault.field}: `;
  return `${fault.file}:${fault.line}:${fault.column}: ${field}found ${fault.found}; allowed: ${fault.allowed}`;
}

function locate(fault: LocatedByPath, document: Document, lines: LineCounter, file: string): JobFault {
  const { line, col } = lines.linePos(offsetOf(document, fault.path));
  return {
    file,
    line,
    column: col,
    field: fieldName(fault.path),
    found: fault.found,
    allowed: fault.allowed,
  };
}

/** Where a path's value starts; for a missing field, where the nearest object that should hold it starts. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return node.range[0];
  }
  return 0;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
