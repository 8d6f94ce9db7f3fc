/** How tasks fail that the program would have done: what Spark's event log says of it. */
export interface TaskException {
  readonly className: string;
  readonly description: string;
}

const S3_EXCEPTION = 'com.amazon.ws.emr.hadoop.fs.shaded.com.amazonaws.services.s3.model.AmazonS3Exception';

/** Exceptions of tasks. Codes of AWS calls stand in the description, as the SDK for Java prints them. */
const TASK_EXCEPTIONS = {
  'no-space': {
    className: 'java.io.IOException',
    description: 'No space left on device',
  },
  's3-slow-down': {
    className: S3_EXCEPTION,
    description:
      'Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown)',
  },
  's3-denied': {
    className: 'java.nio.file.AccessDeniedException',
    description: 'Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)',
  },
  'kms-denied': {
    className: 'java.nio.file.AccessDeniedException',
    description: 'kms:Decrypt (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)',
  },
  corrupt: {
    className: 'org.apache.parquet.io.ParquetDecodingException',
    description: 'Can not read value at 0 in block -1',
  },
  'schema-changed': {
    className: 'org.apache.spark.sql.execution.datasources.SchemaColumnConvertNotSupportedException',
    description: 'column: [amount], physicalType: BINARY, logicalType: double',
  },
} as const satisfies Readonly<Record<string, TaskException>>;

export type FailingTask = keyof typeof TASK_EXCEPTIONS | 'out-of-memory';
export type LogDamage = 'missing-last' | 'missing-middle' | 'truncated' | 'garbled';

/** What a scenario wants to go wrong in one run of a program. */
export interface Trouble {
  /** from this share of the work on, one task fails again and again until its stage is given up */
  readonly task?: { readonly share: number; readonly as: FailingTask; readonly readsInput: boolean };
  /** after this share of the work the driver ends, or hangs */
  readonly driver?: {
    readonly share: number;
    readonly as: 'exit' | 'result-size' | 'heap' | 'hang';
  };
  /** how much longer tasks take that read the input */
  readonly inputFactor?: number;
  /** how much longer one task of each stage takes */
  readonly stragglerFactor?: number;
  readonly withoutOutput?: boolean;
  readonly logDamage?: LogDamage;
}

/** @returns what the task's exception is; undefined when its container is killed instead */
export function exceptionOf(failing: FailingTask): TaskException | undefined {
  return failing === 'out-of-memory' ? undefined : TASK_EXCEPTIONS[failing];
}
