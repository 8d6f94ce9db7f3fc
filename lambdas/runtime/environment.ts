import * as z from 'zod';
import { ALARM_SOURCE_PREFIX } from '../../core/contracts/alarm.ts';
import { DeploymentLimits } from '../../core/contracts/control.ts';
import { TeamPrices } from '../../core/contracts/team-prices.ts';

/** What every function's environment has; the rest is its own. */
export const commonEnvironment = {
  POWERTOOLS_SERVICE_NAME: z.string().min(1),
  POWERTOOLS_METRICS_NAMESPACE: z.string().min(1),
};

/** An environment variable that holds JSON. */
function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'allowed: JSON text' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** Parts of the environment that several functions share. */
export const ledgerEnvironment = {
  LEDGER_TABLE: z.string().min(3),
};
export const documentsEnvironment = {
  DOCUMENTS_BUCKET: z.string().min(3),
};
export const jobsEnvironment = {
  ASSETS_BUCKET: z.string().min(3),
  /** key of the deployed jobs in ASSETS_BUCKET */
  JOBS_KEY: z.string().min(1),
};
export const messagesEnvironment = {
  MESSAGES_TOPIC_ARN: z.string().startsWith('arn:'),
};
/** Of functions that hand on alarms. */
export const alarmsEnvironment = {
  ALARM_SOURCE: z.string().startsWith(ALARM_SOURCE_PREFIX),
};
export const runJobEnvironment = {
  RUN_JOB_ARN: z.string().startsWith('arn:'),
};
/** JSON: what the whole deployment is held to. */
export const limitsEnvironment = {
  LIMITS: jsonText(DeploymentLimits),
};
export const pricesEnvironment = {
  /** JSON: what the team pays in place of list prices; absent: list prices */
  TEAM_PRICES: jsonText(TeamPrices).optional(),
};
export const subnetsEnvironment = {
  /** JSON: zone of each subnet, e.g. `{"subnet-0abc": "us-east-1a"}` */
  SUBNETS: jsonText(z.record(z.string(), z.string())),
};
/** Tags that every cluster of this deployment carries; a reaper touches no other cluster. */
export const clusterTagsEnvironment = {
  CLUSTER_TAGS: jsonText(z.record(z.string(), z.string())),
};
/** `s3://bucket/prefix/` for EMR's logs; Spark's event logs lie in its folder `event-logs/`. */
export const logsEnvironment = {
  EMR_LOGS_URI: z
    .string()
    .regex(/^s3:\/\/[^/]+\/(.*\/)?$/, { error: 'an S3 folder such as s3://bucket/prefix/' }),
};
