import type { LabelledSeries } from './read-labelled.ts';

/** What is worth how much: NAB's three application profiles. */
export const PROFILES = {
  standard: { truePositive: 1, falsePositive: 0.11, missed: 1 },
  lowFP: { truePositive: 1, falsePositive: 0.22, missed: 1 },
  lowFN: { truePositive: 1, falsePositive: 0.11, missed: 2 },
} as const;
export type ProfileName = keyof typeof PROFILES;
export const PROFILE_NAMES = ['standard', 'lowFP', 'lowFN'] as const;

/** What a detector said of a series: a score for each of its points. */
export interface Scored {
  readonly series: LabelledSeries;
  readonly scores: Float64Array;
}

/** A detector's points that count, the highest score first. */
interface Ranking {
  readonly profile: ProfileName;
  /** windows of all its series */
  readonly windows: number;
  readonly points: readonly RankedPoint[];
}

interface RankedPoint {
  readonly score: number;
  /** number of the window; -1 outside of all */
  readonly window: number;
  /** what an alarm here is worth: not negative in a window, negative outside */
  readonly worth: number;
}

/** What a threshold comes to. */
export interface Judged {
  readonly threshold: number;
  /** not normalised */
  readonly worth: number;
  readonly detected: number;
  readonly falsePositives: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_POINTS = 0.15 * 5000;
/** So many windows' widths past a window, an alarm has nothing to do with it. */
const FAR_PAST = 3;

/**
 * The points that count, with what an alarm at each is worth: the earlier in a window the more, and after a window
 * the farther the worse. The first 15 % of a series (750 points at most) do not count.
 *
 * @see Lavin and Ahmad, Evaluating Real-time Anomaly Detection Algorithms, ICMLA 2015; NAB 1.1
 */
export function rank(scored: readonly Scored[], profile: ProfileName): Ranking {
  const points: RankedPoint[] = [];
  let windows = 0;
  for (const { series, scores } of scored) {
    const counted = Math.min(Math.floor(PROBATION_SHARE * scores.length), PROBATION_POINTS);
    let next = 0;
    for (let i = 0; i < scores.length; i += 1) {
      while ((series.windows[next]?.last ?? Infinity) < i) next += 1;
      if (i < counted) continue;
      const inside = (series.windows[next]?.first ?? Infinity) <= i;
      points.push({
        score: scores[i] ?? 0,
        window: inside ? windows + next : -1,
        worth: worthAt(i, series.windows[inside ? next : next - 1], inside, PROFILES[profile]),
      });
    }
    windows += series.windows.length;
  }
  points.sort((a, b) => b.score - a.score);
  return { profile, windows, points };
}

/** The threshold with which a detector does best: no alarm at all is one of them. */
export function tune(ranking: Ranking): Judged {
  let best: Judged | undefined;
  for (const judged of thresholds(ranking)) {
    if (best === undefined || judged.worth > best.worth) best = judged;
  }
  return best ?? { threshold: Infinity, worth: 0, detected: 0, falsePositives: 0 };
}

/** What a detector comes to when it alarms at this score and above. */
export function judgeAt(ranking: Ranking, threshold: number): Judged {
  let reached: Judged | undefined;
  for (const judged of thresholds(ranking)) {
    if (reached !== undefined && judged.threshold < threshold) break;
    reached = judged;
  }
  return { ...(reached ?? tune(ranking)), threshold };
}

/**
 * Where a worth stands between silence (0) and an alarm at the beginning of each window and nowhere else (100).
 *
 * @returns null where there are no windows
 */
export function normalised(worth: number, windows: number, profile: ProfileName): number | null {
  const { truePositive, missed } = PROFILES[profile];
  return windows === 0 ? null : (100 * (worth + missed * windows)) / (windows * (truePositive + missed));
}

/** Every threshold that makes a difference, from the one that nothing reaches downwards. */
function* thresholds({ profile, windows, points }: Ranking): Generator<Judged> {
  const { missed } = PROFILES[profile];
  const bestByWindow = new Map<number, number>();
  let worth = -missed * windows;
  let falsePositives = 0;
  yield { threshold: Infinity, worth, detected: 0, falsePositives };
  for (const [i, point] of points.entries()) {
    if (point.window < 0) {
      falsePositives += 1;
      worth += point.worth;
    } else {
      // of several alarms in a window the best counts, once
      const before = bestByWindow.get(point.window) ?? -missed;
      worth += Math.max(point.worth - before, 0);
      bestByWindow.set(point.window, Math.max(before, point.worth));
    }
    if (points[i + 1]?.score !== point.score) {
      yield { threshold: point.score, worth, detected: bestByWindow.size, falsePositives };
    }
  }
}

function worthAt(
  i: number,
  window: { first: number; last: number } | undefined,
  inside: boolean,
  profile: (typeof PROFILES)[ProfileName],
): number {
  if (window === undefined) return -profile.falsePositive;
  const width = window.last - window.first + 1;
  if (inside) {
    return (profile.truePositive * sigmoid(-(window.last - i + 1) / width)) / sigmoid(-1);
  }
  const past = (i - window.last) / (width - 1);
  return profile.falsePositive * (past >= FAR_PAST ? -1 : sigmoid(past));
}

/** 0.99 at -1, 0 at 0, -0.99 at 1. */
function sigmoid(position: number): number {
  return 2 / (1 + Math.exp(5 * position)) - 1;
}
