/** Writes docs/failure-policy.md from the policy's data. A test fails when the two differ. */
import { writeFileSync } from 'node:fs';
import { policyPage } from '../core/failure-policy/describe-policy.ts';

writeFileSync('docs/failure-policy.md', policyPage());
