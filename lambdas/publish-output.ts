import * as z from 'zod';
import { commonEnvironment, documentsEnvironment } from './runtime/environment.ts';

/**
 * Makes one attempt's output the run's output.
 *
 * Needs:
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:PutObject and s3:GetObject on <output>/_published/* in the jobs' output buckets
 */
export const Environment = z.object({ ...commonEnvironment, ...documentsEnvironment });
