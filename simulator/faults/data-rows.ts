import * as z from 'zod';
import { row } from './row.ts';

/** What other teams deliver. */
export const DATA_ROWS = {
  'bad-data': row(
    ['dataSet', 'date'],
    {
      form: z.enum(['late', 'empty', 'doubled']).default('late').describe('what is wrong with the delivery'),
    },
    'A delivery is late, empty, or has everything twice.',
    'time and sizes in S3',
  ),
} as const;
