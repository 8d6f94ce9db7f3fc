import { parse } from 'yaml';
import { TeamPrices } from '../../core/contracts/team-prices.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { readTextFile } from '../read-text-file.ts';

/**
 * Reads what a team pays from a file, YAML or JSON: the section `prices` of a deployment's settings.
 *
 * @throws InvalidInputError  with every fault at once
 */
export function readTeamPrices(file: string): TeamPrices {
  const text = readTextFile(file, 'YAML or JSON of what the team pays');
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new InvalidInputError(
      `${file} is not YAML: ${error instanceof Error ? error.message : 'unknown'}.`,
    );
  }
  const parsed = TeamPrices.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'file'}: ${message}`);
  throw new InvalidInputError(
    [`${file} cannot be used as prices:`, ...faults, 'See docs/operations/deploying.md, prices.'].join('\n'),
  );
}
