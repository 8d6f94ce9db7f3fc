/** How executors are laid out otherwise than usual, because they, or the driver, ran out of something. */
export interface LayoutRules {
  /** heap that an executor has at least for each of its cores, MiB; 0: whatever the nodes give */
  readonly executorMemoryMibPerCore: number;
  /** of the executors that a node's cores would hold; the others' memory goes to those that remain */
  readonly executorsPerNodeShare: number;
  /** of the driver's usual memory */
  readonly driverMemoryFactor: number;
}

export const USUAL_LAYOUT: LayoutRules = {
  executorMemoryMibPerCore: 0,
  executorsPerNodeShare: 1,
  driverMemoryFactor: 1,
};
