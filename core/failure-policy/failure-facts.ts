/**
 * What a failed attempt is judged by: states, codes, class names and figures. Never the text of a message, which
 * AWS and Spark change without notice.
 */

/** Facts that are names; each can have several values. The text says where the value stands. */
export const TEXT_FACTS = {
  failedState: 'state of run-job that failed',
  stateError: 'error name that the state machine caught',
  clusterState: 'Cluster.Status.State',
  clusterReason: 'Cluster.Status.StateChangeReason.Code',
  clusterError: 'Cluster.Status.ErrorDetails[].ErrorCode',
  fleetState: 'InstanceFleet.Status.State',
  flightEndedBy: 'why the pilot ended the flight',
  stepState: 'Step.Status.State',
  stepReason: 'Step.Status.FailureDetails.Reason',
  taskEnd: 'event log, Task End Reason: Reason',
  taskException: 'event log, Task End Reason: Class Name',
  executorExit: 'event log, exit status of a lost executor',
  serviceError: 'event log, error code or HTTP status of an AWS call',
  systemError: 'event log, error of the operating system',
  sparkCondition: 'event log, Spark error condition',
} as const;
export type TextFact = keyof typeof TEXT_FACTS;

export function isTextFact(name: string): name is TextFact {
  return Object.hasOwn(TEXT_FACTS, name);
}

/** Facts that are figures; null: nobody knows. */
export const NUMBER_FACTS = {
  waitingForNodesSeconds: 'seconds that a cluster which never was ready has existed',
  unitsMissing: 'units (vCPUs) of the plan that no instance ever filled',
  spotNodesLost: 'spot instances that ended as INSTANCE_FAILURE',
  onDemandNodesLost: 'on-demand instances that ended as INSTANCE_FAILURE',
  tasksEnded: 'event log, tasks that ended',
  decisiveExceptions: 'event log, tasks whose last allowed try ended in an exception of the program',
  fetchFailures: 'event log, tasks that ended as FetchFailed',
  resultShareOfLimit: 'event log, results of a stage ÷ spark.driver.maxResultSize',
  driversCutShort: 'event logs that end without a failed job or an end of the application',
  skewRatio: 'event log, longest ÷ median task of the stage with the most work',
  overrunRatio: "time since the first step began ÷ the plan's 97.5 % runtime, of a step without an end",
  inputBytes: 'bytes at the inputs when the run looked',
  outputMissing: '1: every step completed and the output is not there',
  unhealthyNodes: 'CloudWatch MRUnhealthyNodes, highest',
  yarnLostNodes: 'CloudWatch MRLostNodes, highest',
  hdfsUtilisationPercent: 'CloudWatch HDFSUtilization, highest',
  missingBlocks: 'CloudWatch MissingBlocks, highest',
  corruptBlocks: 'CloudWatch CorruptBlocks, highest',
  appsPending: 'CloudWatch AppsPending, lowest',
  appsRunning: 'CloudWatch AppsRunning, lowest',
  yarnMemoryFreePercent: 'CloudWatch YARNMemoryAvailablePercentage, lowest',
  idle: 'CloudWatch IsIdle, lowest: 1 when the cluster was never busy',
} as const;
export type NumberFact = keyof typeof NUMBER_FACTS;

export function isNumberFact(name: string): name is NumberFact {
  return Object.hasOwn(NUMBER_FACTS, name);
}

export interface FailureFacts {
  readonly texts: Readonly<Partial<Record<TextFact, readonly string[]>>>;
  readonly numbers: Readonly<Partial<Record<NumberFact, number | null>>>;
}
