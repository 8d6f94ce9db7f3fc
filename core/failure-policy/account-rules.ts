import type { FailureRuleInput } from './failure-rule.ts';

/** Failures that lie with the account, the input or the request: trying again changes little. */
export const ACCOUNT_RULES: readonly FailureRuleInput[] = [
  {
    id: 'access-denied',
    says: 'A right is missing: S3, KMS or EMR refused the access.',
    advice: 'Grant the role the action that was refused, then start the run again.',
    evidence: [
      [{ text: 'stateError', anyOf: ['AccessRefusedError'] }],
      [
        {
          text: 'serviceError',
          anyOf: ['AccessDenied', 'AccessDeniedException', 'KMS.AccessDeniedException', '403'],
        },
      ],
      [
        {
          text: 'taskException',
          anyOf: ['java.nio.file.AccessDeniedException', 'org.apache.hadoop.security.AccessControlException'],
        },
      ],
    ],
    remedies: [],
    wait: null,
    source: 'S3 API reference, Error responses; IAM',
  },
  {
    id: 'output-missing',
    says: 'Every step succeeded, but the output is missing or empty.',
    advice: 'Look at what the last step wrote: it ended green and left no output. Nothing was published.',
    evidence: [[{ number: 'outputMissing', atLeast: 1 }]],
    remedies: [],
    wait: null,
    source: 'own look at the output',
  },
  {
    id: 'input-bad',
    says: 'The input is missing, empty or cannot be read.',
    advice: 'Mend or deliver the input, then start the run again.',
    evidence: [
      [{ text: 'stateError', anyOf: ['InputMissing'] }],
      [{ number: 'inputBytes', atMost: 0 }],
      [
        {
          text: 'sparkCondition',
          anyOf: [
            'CANNOT_READ_FILE*',
            'FAILED_READ_FILE*',
            'MALFORMED_*',
            'PATH_NOT_FOUND',
            'UNABLE_TO_INFER_SCHEMA',
            'UNRESOLVED_COLUMN*',
          ],
        },
      ],
      [
        {
          text: 'taskException',
          anyOf: [
            'java.io.EOFException',
            'java.util.zip.ZipException',
            'org.apache.avro.AvroRuntimeException',
            'org.apache.orc.FileFormatException',
            'org.apache.parquet.*',
            'org.apache.spark.SparkFileNotFoundException',
            'org.apache.spark.sql.execution.datasources.SchemaColumnConvertNotSupportedException',
            'org.apache.spark.sql.catalyst.util.BadRecordException',
          ],
        },
      ],
    ],
    remedies: [],
    wait: null,
    source: 'Spark documentation, Error conditions; class names in the event log',
  },
  {
    id: 'network',
    says: 'The subnet does not fit: no free addresses, or another VPC.',
    advice: 'Check the subnets of the deployment: free addresses, one VPC for subnets and security groups.',
    evidence: [
      [
        {
          text: 'clusterError',
          anyOf: [
            'VALIDATION_ERROR_SUBNET_NOT_FROM_ONE_VPC',
            'VALIDATION_ERROR_SECURITY_GROUP_NOT_FROM_ONE_VPC',
            'InsufficientFreeAddressesInSubnet',
          ],
        },
      ],
    ],
    remedies: [{ remedy: 'other-zone', times: 1 }],
    wait: { firstSeconds: 60, mostSeconds: 300 },
    source: 'EMR Management Guide, Validation failure error codes; EC2 API error codes',
  },
  {
    id: 'vcpu-quota',
    says: "The account's vCPU quota left no room for the fleet.",
    advice: 'Ask for a higher EC2 vCPU quota, or let fewer clusters run at that time.',
    evidence: [
      [
        {
          text: 'clusterError',
          anyOf: ['VcpuLimitExceeded', 'MaxSpotInstanceCountExceeded'],
        },
      ],
    ],
    remedies: [
      { remedy: 'same-again', times: 1 },
      { remedy: 'other-plan', times: 1 },
    ],
    wait: { firstSeconds: 300, mostSeconds: 900 },
    source: 'EMR Management Guide, Cluster error: EC2 QUOTA EXCEEDED; EC2 API error codes',
  },
  {
    id: 'spend-limit',
    says: 'Flying on could have passed a limit of the run, its job or the account.',
    advice: 'Allow more with flarepath override or in the job file, then start the run again.',
    evidence: [[{ text: 'flightEndedBy', anyOf: ['limit'] }]],
    remedies: [],
    wait: null,
    source: 'none: the limits are this project’s own',
  },
  {
    id: 'stopped-on-purpose',
    says: 'Somebody ended the cluster on purpose.',
    advice: 'Ask who terminated it; start the run again when it is wanted.',
    evidence: [
      [{ text: 'flightEndedBy', anyOf: ['kill-switch', 'released'] }],
      [{ text: 'clusterReason', anyOf: ['USER_REQUEST'] }],
    ],
    remedies: [],
    wait: null,
    source: 'EMR API reference, ClusterStateChangeReason',
  },
  {
    id: 'request-refused',
    says: 'The request was refused as such: nothing was launched, or EMR did not accept it.',
    advice: 'Read what was refused, mend the job file or the deployment, then start the run again.',
    evidence: [
      [{ text: 'clusterReason', anyOf: ['VALIDATION_ERROR'] }],
      [
        {
          text: 'stateError',
          anyOf: ['InvalidInputError', 'NoFeasiblePlanError', 'RequestRefusedError'],
        },
      ],
    ],
    remedies: [],
    wait: null,
    source: 'EMR API reference, ClusterStateChangeReason',
  },
];
