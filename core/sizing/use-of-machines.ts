import type { PlanForecast } from '../contracts/fleet-plan.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import { roomMibPerCore } from '../executors/room-for-data.ts';
import { quantilesOf, valueAt } from '../numerics/quantiles.ts';
import { predictPeakMemory } from '../runtime-model/peak-memory.ts';
import { predictRuntime, type RuntimeModel } from '../runtime-model/runtime-model.ts';
import { usualUtilisationResidual, withLogOdds } from '../runtime-model/utilisation.ts';
import type { FleetDesign } from './fleet-design.ts';
import type { Scenarios } from './scenarios.ts';

type UseOfMachines = Pick<
  PlanForecast,
  'utilisationQuantiles' | 'peakMemoryMibPerCore' | 'memoryRoomMibPerCore' | 'spillProbability'
>;

/**
 * How busy a fleet's cores are and how full its memory is, as distributions over the scenarios of load that it was
 * judged on. Luck is the same for every fleet, so that fleets
 * compare without noise.
 *
 * @param utilisation  mean over the scenarios, reclaims included
 */
export function useOfMachines(
  design: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
  utilisation: number,
): UseOfMachines {
  return {
    utilisationQuantiles: utilisationOver(design, scenarios, model, utilisation),
    ...memoryOver(design, scenarios, model),
  };
}

function utilisationOver(
  { cores, nodes, memoryMib, coreSpeed }: FleetDesign,
  { supportBytes, supportIndex, supportFraction, count }: Scenarios,
  model: RuntimeModel,
  mean: number,
): Quantiles {
  const shares = supportBytes.map((inputBytes) => {
    const { medianSeconds, busyCoreSeconds } = predictRuntime(model, {
      inputBytes,
      cores,
      nodes,
      memoryMib,
      coreSpeed,
    });
    return Math.min(busyCoreSeconds / Math.max(cores * medianSeconds, 1), 1);
  });
  const levels = levelsOf(count, STEPS.utilisation);
  const undisturbed = levels.map((_, s) => between(shares, supportIndex[s] ?? 0, supportFraction[s] ?? 0));
  const meanUndisturbed =
    undisturbed.reduce((sum, share) => sum + share, 0) / Math.max(undisturbed.length, 1);
  // reclaims leave cores idle: by as much as they lengthen runs on average
  const disturbed = meanUndisturbed > 0 ? mean / meanUndisturbed : 1;
  const residual = model.utilisationResidual ?? usualUtilisationResidual();
  return quantilesOf(
    undisturbed.map((share, s) =>
      withLogOdds(Math.min(share * disturbed, 1), valueAt(residual, levels[s] ?? 0.5)),
    ),
  );
}

function memoryOver(
  { executors }: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
): Omit<UseOfMachines, 'utilisationQuantiles'> {
  if (model.peakMemory === null) return {};
  const wanted = wantedMibPerCore(scenarios, model.peakMemory);
  const room = roomMibPerCore(executors.shape);
  return {
    peakMemoryMibPerCore: quantilesOf(wanted),
    memoryRoomMibPerCore: room,
    spillProbability: wanted.filter((mib) => mib > room).length / Math.max(wanted.length, 1),
  };
}

/**
 * What a core's work wants to hold in memory, by scenario: MiB.
 */
function wantedMibPerCore(
  { supportBytes, supportIndex, supportFraction, count }: Scenarios,
  law: NonNullable<RuntimeModel['peakMemory']>,
): number[] {
  const predictions = supportBytes.map((inputBytes) => predictPeakMemory(law, inputBytes));
  const logMedians = predictions.map(({ medianMibPerCore }) => Math.log(medianMibPerCore));
  return levelsOf(count, STEPS.memory).map((level, s) => {
    const [i, fraction] = [supportIndex[s] ?? 0, supportFraction[s] ?? 0];
    const residual = predictions[fraction < 0.5 ? i : Math.min(i + 1, predictions.length - 1)]?.logResidual;
    return Math.exp(between(logMedians, i, fraction) + valueAt(residual ?? [], level));
  });
}

/** Value at a fraction of the way from one point to the next. */
function between(values: readonly number[], i: number, fraction: number): number {
  const lower = values[i] ?? 0;
  return lower + fraction * ((values[i + 1] ?? lower) - lower);
}

/** Steps of a sequence that fills the unit square evenly. @see Roberts, The Unreasonable Effectiveness of Quasirandom Sequences, 2018 */
const STEPS = { utilisation: 0.7548776662466927, memory: 0.5698402909980532 } as const;

/** Luck by scenario, 0..1: loads are drawn in an order of their own, so that it meets each of them. */
function levelsOf(count: number, step: number): number[] {
  return Array.from({ length: count }, (_, s) => ((s + 0.5) * step) % 1);
}
