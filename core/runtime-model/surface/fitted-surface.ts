import * as z from 'zod';
import { isotonic } from '../../numerics/isotonic.ts';
import type { Refinement } from '../refinement.ts';
import { RuntimeCoefficients } from '../task-priors.ts';
import type { WorkParameters } from '../training-run.ts';
import { LawTrend } from './law-trend.ts';
import { RuntimeSurface, type KnownTrend } from './runtime-surface.ts';
import { SurfaceColumn, SurfaceRun } from './surface-column.ts';
import { valuesOf } from './work-columns.ts';

/** No prediction is surer: standard deviation of the logarithm. */
export const LEAST_SPREAD = 0.05;
/** The law has slopes of its own: its process only mends them. */
const LAW_LEVEL_SPREAD = 0.1;
const LAW_SLOPE_SPREAD = { volume: 0.1, cores: 0.1, memory: 0.05, parameter: 0.4 } as const;
const LAW_LOG_ODDS = 1;

/** A surface as it was fitted: enough to make it again, for parameters that it is not tabulated for. */
export const FittedSurface = z.object({
  /** volume, cores and memory per core first, as `placeOf` has them without their logarithms; then parameters */
  columns: z.array(SurfaceColumn),
  runs: z.array(SurfaceRun).min(1),
  law: RuntimeCoefficients,
  /** by law of the surface, the fitted law last */
  members: z.array(
    z.object({
      weight: z.number().nonnegative(),
      hyperparameters: z.array(z.number()),
      /** by how much a law may be off in its level and its slopes, log; missing in versions before: as it is now */
      prior: z.object({ constantSpread: z.number(), linearSpread: z.array(z.number()) }).optional(),
    }),
  ),
  /** the median lies so many standard deviations above what the surface says */
  offset: z.number(),
});
export type FittedSurface = z.infer<typeof FittedSurface>;

/** The fitted law as one of a surface's. */
export function knownLaw(trend: LawTrend, columns: readonly SurfaceColumn[]): KnownTrend {
  const prior = {
    constantSpread: LAW_LEVEL_SPREAD,
    linearSpread: columns.map(({ role }) => LAW_SLOPE_SPREAD[role]),
  };
  return { trend, prior, logOdds: LAW_LOG_ODDS };
}

/** The same surface again, without fitting anything. */
export function surfaceOf({ columns, runs, law, members }: FittedSurface): RuntimeSurface {
  const known = [knownLaw(new LawTrend(law, [], []), columns)];
  return new RuntimeSurface(columns, runs, { known, fitted: members });
}

/**
 * A surface's medians and spreads at the nodes of a table, for work of given parameters. More data never take less
 * time: medians are brought into order along the volume.
 */
export function tabulate(
  surface: RuntimeSurface,
  { columns, offset }: Pick<FittedSurface, 'columns' | 'offset'>,
  parameters: WorkParameters,
  axes: Refinement['axes'],
): Omit<Refinement, 'scores'> {
  const [volumes, cores, memories] = axes;
  const logSeconds: number[] = [];
  const logSpread: number[] = [];
  const stride = cores.length * memories.length;
  cores.forEach((core, c) => {
    memories.forEach((memory, m) => {
      const said = volumes.map((volume) => {
        const values = valuesOf(columns, [volume, core, memory], parameters);
        const { mean, spread: own } = surface.predictUnscaled(values);
        const spread = Math.max(own, LEAST_SPREAD);
        return { value: mean + offset * spread, spread };
      });
      isotonic(said.map(({ value }) => value)).forEach((value, v) => {
        const index = v * stride + c * memories.length + m;
        logSeconds[index] = rounded(value);
        logSpread[index] = rounded(said[v]?.spread ?? LEAST_SPREAD);
      });
    });
  });
  return { axes, logSeconds, logSpread };
}

/** A table is a document: five digits are a hundredth of a per cent. */
function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
