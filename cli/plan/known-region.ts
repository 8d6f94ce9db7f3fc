import { InvalidInputError } from '../../core/errors.ts';
import { nearestNames } from '../../core/numerics/nearest-names.ts';

/**
 * Refuses a region that AWS does not have, as far as the CDK's list knows.
 *
 * @param option  as it stands on the command line
 * @throws InvalidInputError  with the regions whose names are nearest
 */
export async function knownRegion(option: unknown): Promise<void> {
  const region = String(option);
  // loaded when needed: it is a list of everything that differs from region to region
  const { RegionInfo } = await import('aws-cdk-lib/region-info');
  const names = RegionInfo.regions.map(({ name }) => name);
  if (names.includes(region)) return;
  throw new InvalidInputError(
    `--region: found "${region}", allowed: a region of AWS, such as ${nearestNames(region, names, 3).join(', ')}.`,
  );
}
