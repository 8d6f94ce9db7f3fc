/** Spark settings that a job file may not have, and why: `*` stands for the rest of a name. */
const RESERVED_SPARK_SETTINGS: Readonly<Record<string, string>> = {
  'spark.eventLog.*': 'what came of a run is read from the event logs, where they are expected',
  'spark.executor.cores': 'the plan of each run shapes executors to its nodes',
  'spark.executor.instances': 'the plan of each run decides how many executors there are',
  'spark.executor.memory': 'the plan of each run shapes executors to its nodes',
  'spark.executor.memoryOverhead': 'the plan of each run shapes executors to its nodes',
  'spark.dynamicAllocation.enabled': 'nodes that join during a run are of use only to dynamic allocation',
  'spark.driver.cores': 'the plan of each run keeps room for the driver on a core node',
  'spark.driver.memory': 'the plan of each run keeps room for the driver on a core node',
  'spark.driver.memoryOverhead': 'the plan of each run keeps room for the driver on a core node',
  'spark.master': 'clusters run Spark on YARN',
  'spark.submit.deployMode': 'the driver runs in the cluster, where no spot reclaim reaches it',
};

/** Why a job file may not have a Spark setting; undefined when it may. */
export function whyReserved(key: string): string | undefined {
  const match = Object.entries(RESERVED_SPARK_SETTINGS).find(([name]) =>
    name.endsWith('*') ? key.startsWith(name.slice(0, -1)) : key === name,
  );
  return match?.[1];
}
