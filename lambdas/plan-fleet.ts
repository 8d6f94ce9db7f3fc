import * as z from 'zod';
import { commonEnvironment, documentsEnvironment, ledgerEnvironment } from './runtime/environment.ts';

/**
 * Sizes the run's fleet.
 *
 * Needs:
 * - dynamodb:GetItem, Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...documentsEnvironment });
