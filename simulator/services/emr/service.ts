import type { Kernel, SimulatedService } from '../../contracts.ts';
import { EmrAccount, type EmrDependencies } from './account.ts';
import { changeOperations } from './change-operations.ts';
import { readOperations } from './read-operations.ts';

/**
 * Amazon EMR on EC2 with instance fleets: clusters, steps, resizes, managed scaling, events and metrics. Instance
 * groups, advanced scaling and custom AMIs are not simulated and are refused by name.
 */
export function createEmrService(kernel: Kernel, dependencies: EmrDependencies): SimulatedService {
  const account = new EmrAccount(kernel, dependencies);
  return { name: 'emr', operations: { ...changeOperations(account), ...readOperations(account) } };
}
