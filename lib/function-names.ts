import { join } from 'node:path';

/** Every function, named as its handler's file in `lambdas/`. */
export const FUNCTION_NAMES = [
  'start-run',
  'watch-starts',
  'watch-fleet',
  'raise-incident',
  'admit-run',
  'await-input',
  'forecast-load',
  'survey-market',
  'plan-fleet',
  'request-approval',
  'reserve-launch',
  'warn-of-miss',
  'launch-cluster',
  'look-and-steer',
  'size-flight',
  'sleep',
  'wake',
  'collect-run',
  'release-cluster',
  'publish-output',
  'learn-from-run',
  'report-run',
  'find-leaked-clusters',
  'reap-cluster',
  'report-failed-net',
  'report-dead-letters',
] as const;

/** Functions that only settings create. */
export const OPTIONAL_FUNCTION_NAMES = ['send-to-slack', 'receive-from-slack', 'answer-slack'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number] | (typeof OPTIONAL_FUNCTION_NAMES)[number];

/** Where the bundles lie: one directory per function. */
export const FUNCTION_BUNDLES = join(import.meta.dirname, '..', 'dist', 'functions');
