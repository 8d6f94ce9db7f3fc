import type { InstanceType } from '../contracts/market.ts';

/** Types that stand for all pools of their kind when EC2 is asked how likely spot is to be had. */
export interface PlacementPalette {
  readonly name: string;
  readonly architecture: InstanceType['architecture'];
  readonly instanceTypes: readonly string[];
}

/** How much capacity the question is about: as much as a nightly run usually takes. */
export const PALETTE_VCPUS = 128;

/**
 * The questions, few and always the same: EC2 may limit how many different ones an account asks within 24 hours, and
 * scores fewer than three types low whatever there is.
 *
 * @see docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-placement-score.html, limitations
 */
export const PALETTES: readonly PlacementPalette[] = [
  palette('compute', 'x86_64', ['c5', 'c5a', 'c6i', 'c6a']),
  palette('general', 'x86_64', ['m5', 'm5a', 'm6i', 'm6a']),
  palette('memory', 'x86_64', ['r5', 'r5a', 'r6i', 'r6a']),
  palette('compute', 'arm64', ['c6g', 'c6gd', 'c7g']),
  palette('general', 'arm64', ['m6g', 'm6gd', 'm7g']),
  palette('memory', 'arm64', ['r6g', 'r6gd', 'r7g']),
];

function palette(
  purpose: string,
  architecture: PlacementPalette['architecture'],
  families: readonly string[],
): PlacementPalette {
  const instanceTypes = families.map((family) => `${family}.4xlarge`);
  return { name: `${purpose}-${architecture}`, architecture, instanceTypes };
}

/**
 * The palette that speaks for a type; undefined for those with GPUs and those with large local disks, for which none
 * does.
 */
export function paletteOf(
  type: Pick<InstanceType, 'family' | 'architecture' | 'gpus'>,
): PlacementPalette | undefined {
  if (type.gpus > 0) return undefined;
  const purpose = PURPOSES[type.family.charAt(0)];
  return PALETTES.find(({ name }) => name === `${purpose ?? ''}-${type.architecture}`);
}

const PURPOSES: Readonly<Record<string, string>> = { c: 'compute', m: 'general', r: 'memory' };

/** 1 to 10 by palette and zone id, as EC2 answers: 10 is very likely to be had. */
export type PlacementScores = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** At or below it, spot of the kind asked for will probably not come in full. */
const LOW_SCORE = 2;
/** What a fleet may then hold of one such pool: it may come, but the run must not hang on it. */
const LOW_SCORE_SHARE = 0.25;

/** What a score means for a pool: how much of a fleet's capacity it may hold on spot. */
export function shareByScore(score: number | undefined): { spotShareMost?: number } {
  return score === undefined || score > LOW_SCORE ? {} : { spotShareMost: LOW_SCORE_SHARE };
}
