import * as z from 'zod';
import { commonEnvironment, documentsEnvironment } from './runtime/environment.ts';

/**
 * Looks whether a run's input is ready, and how much of it there is.
 *
 * Needs:
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject (HeadObject of markers) and s3:ListBucket on the jobs' input buckets
 */
export const Environment = z.object({ ...commonEnvironment, ...documentsEnvironment });
