import type { FleetDesign } from '../fleet-design.ts';
import { FleetSums } from './fleet-sums.ts';

/** The figures of a described fleet, as judging takes them. */
export function sumsOfDesign(design: FleetDesign): FleetSums {
  const sums = new FleetSums();
  const taskVcpus = design.task[0]?.instanceType.vcpus ?? 0;
  sums.nodes = design.nodes;
  sums.gpu = design.core.instanceType.gpus > 0;
  sums.cores = design.cores;
  sums.memoryMib = design.memoryMib;
  sums.coreSpeed = design.coreSpeed;
  sums.steadyUsdPerHour = design.computeUsdPerHour + design.emrFeeUsdPerHour + design.storageUsdPerHour;
  sums.riseUsdPerHour = design.computeRiseUsdPerHour;
  sums.emrFeeUsdPerHour = design.emrFeeUsdPerHour;
  sums.storageUsdPerHour = design.storageUsdPerHour;
  sums.onDemandVcpus =
    design.primary.instanceType.vcpus +
    design.coreNodes * design.core.instanceType.vcpus +
    design.taskOnDemandNodes * taskVcpus;
  sums.spotVcpus = design.taskSpotNodes * taskVcpus;
  sums.holdsDriver = !design.executors.starved && design.executors.coreFleetCores > 0;
  design.task.forEach((pool, k) => {
    const share = design.spotShares[k] ?? 0;
    if (share > 0) sums.addPool(pool, share);
  });
  return sums;
}
