import * as z from 'zod';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';

/**
 * Wakes the flight that an event concerns.
 *
 * Needs:
 * - dynamodb:GetItem, UpdateItem on the ledger
 * - ec2:DescribeInstances on *
 * - states:SendTaskSuccess on fly
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment });
