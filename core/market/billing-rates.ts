/** gp3 in us-east-1: 0.08 USD per GiB and month, of 730 hours. Source: Amazon EBS pricing; not re-read lately. */
const GP3_USD_PER_GIB_HOUR = 0.08 / 730;
/** EMR's root volume of an instance; 15 GiB since release 6.10. */
const ROOT_VOLUME_GIB = 15;

/** EC2 and EMR bill by the second, and a started instance for a minute at least. */
export const MINIMUM_BILLED_SECONDS = 60;

/**
 * What a node's disks cost, root volume included.
 *
 * @param dataGib  size of the data volume, GiB; 0 for none
 * @returns USD per hour
 */
export function storageUsdPerHour(dataGib: number): number {
  return (dataGib + ROOT_VOLUME_GIB) * GP3_USD_PER_GIB_HOUR;
}
