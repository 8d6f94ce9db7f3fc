import type { Configuration } from '@aws-sdk/client-emr';
import type { DeployedJob } from '../../core/contracts/job.ts';
import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';

/**
 * How EMR configures YARN and Spark for a run. The job file's own Spark settings win over these.
 *
 * @param eventLogUri  folder in S3 for Spark's event logs; the default, the cluster's own HDFS, dies with it
 */
export function sparkConfiguration(job: DeployedJob, plan: FleetPlan, eventLogUri: string): Configuration[] {
  const { executor } = plan;
  return [
    {
      // The driver must not live on a spot task node. Labels are off by default since EMR 6.
      Classification: 'yarn-site',
      Properties: {
        'yarn.node-labels.enabled': 'true',
        'yarn.node-labels.am.default-node-label-expression': 'CORE',
      },
    },
    { Classification: 'spark', Properties: { maximizeResourceAllocation: 'false' } },
    {
      Classification: 'spark-defaults',
      Properties: {
        'spark.dynamicAllocation.enabled': 'true',
        // The driver's container takes room that the executors of its node must not count on: its size is said.
        'spark.driver.cores': String(executor.driver.cores),
        'spark.driver.memory': `${executor.driver.memoryMib}m`,
        'spark.driver.memoryOverhead': `${executor.driver.memoryOverheadMib}m`,
        // half of the heap, as with the usual driver: a larger one may be sent larger results
        'spark.driver.maxResultSize': `${Math.floor(executor.driver.memoryMib / 2)}m`,
        'spark.executor.cores': String(executor.cores),
        'spark.executor.memory': `${executor.memoryMib}m`,
        'spark.executor.memoryOverhead': `${executor.memoryOverheadMib}m`,
        // A reclaim is announced two minutes ahead: time enough to move shuffle blocks and cached data away.
        'spark.decommission.enabled': 'true',
        'spark.storage.decommission.enabled': 'true',
        'spark.storage.decommission.shuffleBlocks.enabled': 'true',
        'spark.storage.decommission.rddBlocks.enabled': 'true',
        'spark.eventLog.enabled': 'true',
        'spark.eventLog.dir': eventLogUri,
        // A log appears in S3 only when a part rolls or closes: small parts, so that a lost driver leaves most of it.
        'spark.eventLog.rolling.enabled': 'true',
        'spark.eventLog.rolling.maxFileSize': '16m',
        'spark.eventLog.compress': 'false',
        ...job.spark,
      },
    },
  ];
}
