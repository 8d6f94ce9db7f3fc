import { QUANTILE_LEVELS } from '../../contracts/quantities.ts';
import type { RuntimeModel } from '../model.ts';
import { predictRuntime } from '../predict-runtime.ts';
import { tunedTo } from '../tuned-to.ts';
import type { TrainingRun } from '../training-run.ts';

/**
 * How badly a model foretold a run: mean pinball loss of the logarithm of its runtime over the project's levels.
 * A proper score: no model does better by saying something else than it believes, a band that is too narrow costs
 * as one that is too wide does. It grows with the miss and not with its square, so that a single broken run does
 * not drown all others.
 *
 * @returns 0 for a certain and exact answer; about a quarter of the spread of the logarithm for a calibrated one
 * @see Gneiting and Raftery, Strictly Proper Scoring Rules, Prediction, and Estimation, JASA 2007, section 6
 */
export function predictionLoss(model: RuntimeModel, run: TrainingRun): number {
  const { medianSeconds, logResidual } = predictRuntime(tunedTo(model, run.parameters ?? {}), run);
  const miss = Math.log(run.runtimeSeconds / medianSeconds);
  const losses = QUANTILE_LEVELS.map((level, i) => {
    const above = miss - (logResidual[i] ?? 0);
    return above >= 0 ? level * above : (level - 1) * above;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
