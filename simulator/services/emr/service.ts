import type { Kernel, SimulatedService } from '../../contracts.ts';
import { EmrAccount, type EmrDependencies } from './account.ts';
import { changeOperations } from './change-operations.ts';
import type { WrittenReport } from './progress-reporter.ts';
import { readOperations } from './read-operations.ts';

interface EmrService extends SimulatedService {
  /** what the progress reporter of a cluster has written since this was last asked; null: nothing */
  takeReport(clusterId: string): WrittenReport | null;
}

/**
 * Amazon EMR on EC2 with instance fleets: clusters, steps, resizes, managed scaling, events and metrics. Instance
 * groups, advanced scaling and custom AMIs are not simulated and are refused by name.
 */
export function createEmrService(kernel: Kernel, dependencies: EmrDependencies): EmrService {
  const account = new EmrAccount(kernel, dependencies);
  return {
    name: 'emr',
    operations: { ...changeOperations(account), ...readOperations(account) },
    takeReport: (clusterId) => account.takeReport(clusterId),
  };
}
