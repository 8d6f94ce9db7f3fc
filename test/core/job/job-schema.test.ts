import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { jobSchema } from '../../../core/job/job-schema.ts';

it('the published job schema is the one that files are checked against', () => {
  expect(JSON.parse(readFileSync('docs/job.schema.json', 'utf8'))).toEqual(jobSchema());
});
