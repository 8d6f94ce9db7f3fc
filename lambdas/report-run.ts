import * as z from 'zod';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';

/**
 * Tells people what came of a run, once, and closes it in the ledger.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, UpdateItem, DeleteItem, Query on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...messagesEnvironment,
});
