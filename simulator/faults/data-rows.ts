import * as z from 'zod';
import { row } from './row.ts';

/** What other teams deliver. */
export const DATA_ROWS = {
  'bad-data': row(
    ['dataSet', 'date'],
    {
      form: z
        .enum(['late', 'empty', 'doubled', 'corrupt', 'schema-changed'])
        .default('late')
        .describe('what is wrong with the delivery'),
    },
    'A delivery is late, empty, has everything twice, cannot be read, or has other columns than before.',
    'time and sizes in S3; corrupt: TaskEnd ExceptionFailure org.apache.parquet.io.ParquetDecodingException; schema-changed: SchemaColumnConvertNotSupportedException',
  ),
} as const;
