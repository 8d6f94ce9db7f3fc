import * as z from 'zod';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';

/**
 * Leaves the task token where a wake-up finds it.
 *
 * Needs:
 * - dynamodb:UpdateItem on the ledger
 * - states:SendTaskSuccess on fly
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment });
