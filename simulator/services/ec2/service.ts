import type { Kernel, SimulatedService } from '../../contracts.ts';
import type { World } from '../../world/world.ts';
import type { Ec2Account, Subnet } from './account.ts';
import { networkOperations } from './network-operations.ts';
import { spotOperations } from './spot-operations.ts';
import { typeOperations } from './type-operations.ts';

/** What EC2 needs of the rest of the account. */
interface Ec2Dependencies {
  readonly world: World;
  /** subnets that exist, from outside the template or created by it */
  subnets(): readonly Subnet[];
}

/** EC2 as far as a caller looks at it: machines are launched and ended by EMR alone. */
export function createEc2Service(kernel: Kernel, dependencies: Ec2Dependencies): SimulatedService {
  const { world } = dependencies;
  const account: Ec2Account = {
    accountId: kernel.accountId,
    region: kernel.region,
    world,
    subnets: () => dependencies.subnets(),
    zoneId: (zone) => world.file.zones[zone] ?? zone,
  };
  return {
    name: 'ec2',
    operations: { ...spotOperations(account), ...typeOperations(account), ...networkOperations(account) },
  };
}
