import type { Pool } from '../../contracts/market.ts';

/** EMR takes at most so many types in a fleet. */
const MOST_TYPES_OF_A_FLEET = 30;

/**
 * A fleet's figures, added up: all that judging it needs. One object serves fleet after fleet, since a search
 * judges them by the ten thousand.
 */
export class FleetSums {
  /** core and task nodes */
  nodes = 0;
  gpu = false;
  /** of the executors */
  cores = 0;
  memoryMib = 0;
  /** mean over executor cores, 1 = m5 */
  coreSpeed = 1;
  /** EC2, EMR and disks at today's prices, primary included */
  steadyUsdPerHour = 0;
  /** what a rise to high spot prices adds */
  riseUsdPerHour = 0;
  emrFeeUsdPerHour = 0;
  storageUsdPerHour = 0;
  /** spot pools that can be reclaimed, and the share of the capacity in each */
  poolCount = 0;
  readonly pools: (Pool | undefined)[] = Array.from({ length: MOST_TYPES_OF_A_FLEET }, () => undefined);
  readonly shares = new Float64Array(MOST_TYPES_OF_A_FLEET);
  /** what the fleet takes of the account's quotas, primary included */
  onDemandVcpus = 0;
  spotVcpus = 0;
  holdsDriver = true;

  /** Empties the list of spot pools. */
  clearPools(): void {
    this.poolCount = 0;
  }

  /** Adds a spot pool with its share of the capacity. */
  addPool(pool: Pool, share: number): void {
    this.pools[this.poolCount] = pool;
    this.shares[this.poolCount] = share;
    this.poolCount += 1;
  }
}
