/** gp3 in us-east-1, USD per GiB and month. Source: Amazon EBS pricing; the price list of a region replaces it. */
export const GP3_USD_PER_GIB_MONTH = 0.08;
/** as AWS counts a month */
const HOURS_PER_MONTH = 730;
/** EMR's root volume of an instance; 15 GiB since release 6.10. */
const ROOT_VOLUME_GIB = 15;

/** EC2 and EMR bill by the second, and a started instance for a minute at least. */
export const MINIMUM_BILLED_SECONDS = 60;

/**
 * What a node's disks cost, root volume included.
 *
 * @param dataGib  size of the data volume, GiB; 0 for none
 * @param usdPerGibMonth  of gp3 in the region; absent: as in us-east-1
 * @returns USD per hour
 */
export function storageUsdPerHour(dataGib: number, usdPerGibMonth = GP3_USD_PER_GIB_MONTH): number {
  return ((dataGib + ROOT_VOLUME_GIB) * usdPerGibMonth) / HOURS_PER_MONTH;
}
