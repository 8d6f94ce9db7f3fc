import * as z from 'zod';
import { commonEnvironment, documentsEnvironment, ledgerEnvironment } from './runtime/environment.ts';

/**
 * Scores forecast and plan against what happened, and refits the job's runtime model.
 *
 * Needs:
 * - dynamodb:PutItem, Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...documentsEnvironment });
