import { InvalidInputError } from '../../core/errors.ts';
import { ReportData } from '../../dashboard/report-data.ts';
import { readTextFile } from '../read-text-file.ts';

/**
 * The data that a report was drawn from.
 *
 * @param what  what the file should be, and how to come by it, for the message
 * @throws InvalidInputError  when it is not what simulate writes, or status prints with --json
 */
export function readReportFile(file: string, what: string): ReportData {
  const text = readTextFile(file, what);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw damaged(file, `not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = ReportData.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const where = first === undefined || first.path.length === 0 ? 'its top level' : first.path.join('.');
  throw damaged(file, `at ${where}: ${first?.message ?? 'unknown shape'}`);
}

function damaged(file: string, why: string): InvalidInputError {
  return new InvalidInputError(
    `${file} does not hold the data of a simulation (${why}). Run flarepath simulate again, or name the JSON file that it wrote.`,
  );
}
