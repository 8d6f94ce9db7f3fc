import type { PlanForecast } from '../contracts/fleet-plan.ts';
import { quantilesOf, sampleQuantile } from '../numerics/quantiles.ts';
import type { RuntimeModel } from '../runtime-model/runtime-model.ts';
import { judge } from './evaluate/judge.ts';
import { sumsOfDesign } from './evaluate/sums-of-design.ts';
import type { FleetDesign } from './fleet-design.ts';
import type { Scenarios } from './scenarios.ts';
import { useOfMachines } from './use-of-machines.ts';

/** The forecast that a plan carries, over the same scenarios as its judgement. */
export function forecastDesign(
  design: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
  secondsLeft: number,
): PlanForecast {
  const judgement = judge(sumsOfDesign(design), scenarios, model, secondsLeft);
  const { billedHours, runtimeSeconds, startupSeconds } = scenarios.workspace;
  const hours = billedHours.reduce((sum, each) => sum + each, 0) / scenarios.count;
  const emrFee = hours * design.emrFeeUsdPerHour;
  const storage = hours * design.storageUsdPerHour;
  return {
    costUsd: judgement.costUsd,
    costHighUsd: judgement.costHighUsd,
    lateProbability: judgement.lateProbability,
    runtimeSeconds: quantilesOf([...runtimeSeconds]),
    startupSeconds: sampleQuantile(
      [...startupSeconds].sort((a, b) => a - b),
      0.5,
    ),
    utilisation: judgement.utilisation,
    ...useOfMachines(design, scenarios, model, judgement.utilisation),
    costSplitUsd: { compute: Math.max(judgement.costUsd - emrFee - storage, 0), emrFee, storage },
  };
}

/**
 * How long a fleet needs from its request to the last step's end, at a level.
 *
 * @returns seconds
 */
export function finishSecondsAt(
  design: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
  level: number,
): number {
  judge(sumsOfDesign(design), scenarios, model, 0);
  const { startupSeconds, runtimeSeconds } = scenarios.workspace;
  const finish = Float64Array.from(runtimeSeconds, (seconds, s) => seconds + (startupSeconds[s] ?? 0)).sort();
  return finish[Math.min(Math.ceil(level * finish.length), finish.length) - 1] ?? 0;
}
