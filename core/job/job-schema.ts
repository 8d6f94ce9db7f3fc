import * as z from 'zod';
import { Job } from '../contracts/job.ts';

/** The JSON Schema of job files as people write them, for editors and for `docs/job.schema.json`. */
export function jobSchema(): Record<string, unknown> {
  return {
    title: 'Flarepath job file',
    ...z.toJSONSchema(Job, { io: 'input' }),
  };
}
