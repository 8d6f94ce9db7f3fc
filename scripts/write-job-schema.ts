/** Writes docs/job.schema.json from the contract. A test fails when the two differ. */
import { writeFileSync } from 'node:fs';
import { jobSchema } from '../core/job/job-schema.ts';

writeFileSync('docs/job.schema.json', `${JSON.stringify(jobSchema(), null, 2)}\n`);
