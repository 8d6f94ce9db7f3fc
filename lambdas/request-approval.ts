import * as z from 'zod';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';

/**
 * Asks people to approve a plan; their answer completes the state's task token.
 *
 * Needs:
 * - dynamodb:PutItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...messagesEnvironment,
});
