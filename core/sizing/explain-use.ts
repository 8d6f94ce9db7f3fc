import type { PlanForecast } from '../contracts/fleet-plan.ts';
import { valueAt } from '../numerics/quantiles.ts';
import { bytesText, percentText } from '../units-text.ts';
import { BYTES_PER_MIB } from '../units.ts';

/** Between which shares 9 of 10 runs keep the cores busy; nothing where a plan does not tell. */
export function utilisationRangeText({ utilisationQuantiles: quantiles }: PlanForecast): string {
  if (quantiles === undefined) return '';
  return ` (${percentText(valueAt(quantiles, 0.05))} to ${percentText(valueAt(quantiles, 0.95))} in 9 of 10 cases)`;
}

/** How full executors' memory is expected to be, in a sentence; null where no run has told. */
export function memoryText(forecast: PlanForecast): string | null {
  const { peakMemoryMibPerCore: peak, memoryRoomMibPerCore: room, spillProbability: spilled } = forecast;
  if (peak === undefined || room === undefined || spilled === undefined) return null;
  const text = (mib: number) => bytesText(mib * BYTES_PER_MIB);
  return `at their peak a core's tasks want ${text(valueAt(peak, 0.5))} (up to ${text(valueAt(peak, 0.95))} in 19 of 20 cases) of the ${text(room)} that an executor has for data a core; some spill to disk with ${percentText(spilled)}`;
}
