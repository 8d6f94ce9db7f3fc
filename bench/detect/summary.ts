import { ALARM_DECADES } from '../../core/detect/alarm-threshold.ts';
import { judgeAt, normalised, PROFILE_NAMES, rank, tune, type ProfileName, type Scored } from './scorer.ts';

/** A normalised score for each profile; null where no window is labelled. */
export type ProfileFigures = Record<ProfileName, number | null>;

/** What a detector comes to over all files, with the one threshold that suits each profile best. */
export interface DetectorFigures {
  readonly tuned: ProfileFigures;
  /** alarms of the standard profile's threshold */
  readonly detected: number;
  readonly falsePositives: number;
}

/** As `--json` prints it. */
export interface DetectSummary {
  readonly suite: 'detect';
  readonly files: number;
  readonly windows: number;
  readonly tuned: ProfileFigures;
  /** with the threshold that ships, the same for all profiles */
  readonly shipped: ProfileFigures;
  /** each category with a threshold that was tuned on the other categories; all together */
  readonly heldOut: ProfileFigures;
  /** at the tuned thresholds of all files */
  readonly byCategory: Record<string, ProfileFigures>;
  readonly usPerPoint: number;
  readonly thresholds: Record<ProfileName, number>;
  readonly shippedThreshold: number;
  readonly detected: number;
  readonly falsePositives: number;
  readonly baselines: Record<'windowedGaussian' | 'random', DetectorFigures>;
}

export interface Measured {
  readonly own: readonly Scored[];
  readonly windowedGaussian: readonly Scored[];
  readonly random: readonly Scored[];
  readonly usPerPoint: number;
}

export function summarise({ own, windowedGaussian, random, usPerPoint }: Measured): DetectSummary {
  const thresholds = byProfile((profile) => tune(rank(own, profile)).threshold);
  const figures = figuresOf(own);
  const categories = [...new Set(own.map(({ series }) => series.category))];
  const ofCategory = (category: string) => own.filter(({ series }) => series.category === category);
  return {
    suite: 'detect',
    files: own.length,
    windows: windowsOf(own),
    tuned: figures.tuned,
    shipped: byProfile((profile) => scoreAt(own, profile, ALARM_DECADES)),
    heldOut: byProfile((profile) => heldOutScore(own, categories, profile)),
    byCategory: Object.fromEntries(
      categories.map((category) => [
        category,
        byProfile((profile) => scoreAt(ofCategory(category), profile, thresholds[profile])),
      ]),
    ),
    usPerPoint: Number(usPerPoint.toFixed(1)),
    thresholds: byProfile((profile) => Number(thresholds[profile].toFixed(4))),
    shippedThreshold: ALARM_DECADES,
    detected: figures.detected,
    falsePositives: figures.falsePositives,
    baselines: { windowedGaussian: figuresOf(windowedGaussian), random: figuresOf(random) },
  };
}

function figuresOf(scored: readonly Scored[]): DetectorFigures {
  const { detected, falsePositives } = tune(rank(scored, 'standard'));
  const tuned = byProfile((profile) => {
    const ranking = rank(scored, profile);
    return rounded(normalised(tune(ranking).worth, ranking.windows, profile));
  });
  return { tuned, detected, falsePositives };
}

function scoreAt(scored: readonly Scored[], profile: ProfileName, threshold: number): number | null {
  const ranking = rank(scored, profile);
  return rounded(normalised(judgeAt(ranking, threshold).worth, ranking.windows, profile));
}

function heldOutScore(
  scored: readonly Scored[],
  categories: readonly string[],
  profile: ProfileName,
): number | null {
  let worth = 0;
  for (const category of categories) {
    const others = scored.filter(({ series }) => series.category !== category);
    const those = scored.filter(({ series }) => series.category === category);
    worth += judgeAt(rank(those, profile), tune(rank(others, profile)).threshold).worth;
  }
  return rounded(normalised(worth, windowsOf(scored), profile));
}

function windowsOf(scored: readonly Scored[]): number {
  return scored.reduce((sum, { series }) => sum + series.windows.length, 0);
}

function byProfile<T>(figureOf: (profile: ProfileName) => T): Record<ProfileName, T> {
  const [standard, lowFP, lowFN] = PROFILE_NAMES;
  return { standard: figureOf(standard), lowFP: figureOf(lowFP), lowFN: figureOf(lowFN) };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(2));
}
