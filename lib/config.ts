import { existsSync, readFileSync } from 'node:fs';
import type { Node } from 'constructs';
import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod';
import { TeamPrices } from '../core/contracts/team-prices.ts';
import { TerminalError } from '../core/errors.ts';

const DEFAULT_FILE = 'flarepath.config.yaml';
const MAX_SUBNETS = 16;
const MAX_ZONES_CREATED = 6;

const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), { error: `an ARN such as ${example}` });
const zone = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, { error: 'a zone such as us-east-1a' });
const securityGroup = z
  .string()
  .regex(/^sg-[0-9a-f]{8}([0-9a-f]{9})?$/, { error: 'a security group such as sg-0a1b2c3d' });

const Network = z.strictObject({
  vpcId: z.string().regex(/^vpc-[0-9a-f]{8}([0-9a-f]{9})?$/, { error: 'a VPC such as vpc-0a1b2c3d' }),
  /** private subnets, with the zone each lies in; each carries the tag that EMR's service policy asks for */
  subnets: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^subnet-[0-9a-f]{8}([0-9a-f]{9})?$/, { error: 'a subnet such as subnet-0a1b2c3d' }),
        zone,
      }),
    )
    .min(1)
    .max(MAX_SUBNETS)
    .refine((subnets) => new Set(subnets.map(({ id }) => id)).size === subnets.length, {
      error: 'each subnet once',
    }),
  /** groups to use in place of created ones; all three or none */
  securityGroups: z
    .strictObject({ primary: securityGroup, worker: securityGroup, service: securityGroup })
    .optional(),
});

const SECRET_EXAMPLE = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack-AbCdEf';
/** They travel in a function's environment, of which Lambda takes 4 KB. */
const SLACK_USERS_MAX = 100;

const Slack = z.strictObject({
  /** by its id, which stays when the channel is renamed */
  channel: z.string().regex(/^[CG][A-Z0-9]{6,20}$/, { error: "a channel's id such as C0123456789" }),
  /** of a secret that holds `{"botToken": "xoxb-…"}` */
  secretArn: arn('secretsmanager', SECRET_EXAMPLE),
  /** buttons below incidents, and the public address that Slack needs for them; absent: neither */
  buttons: z
    .strictObject({
      /** of a secret that holds `{"signingSecret": "…"}` */
      signingSecretArn: arn('secretsmanager', SECRET_EXAMPLE),
      /** who may do more than ask why; absent: whoever is in the channel */
      users: z
        .array(z.string().regex(/^[UW][A-Z0-9]{6,20}$/, { error: "a member's id such as U0123456789" }))
        .min(1)
        .max(SLACK_USERS_MAX)
        .optional(),
    })
    .optional(),
});

/** What a team says about the account that Flarepath is deployed into. What it has is used, what it lacks is created. */
export const Settings = z
  .strictObject({
    /** begins the physical names of functions, state machines and the schedule group */
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, { error: '2 to 20 lower-case letters, digits and hyphens' })
      .default('flarepath'),
    stackName: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, { error: 'letters, digits and hyphens, a letter first' })
      .default('Flarepath'),
    /** account and region: both or neither; neither means those of whoever deploys */
    account: z
      .string({ error: '12 digits, in quotes' })
      .regex(/^\d{12}$/, { error: '12 digits, in quotes' })
      .optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: 'a region such as us-east-1' })
      .optional(),
    network: Network.optional(),
    /** zones of the network to create; without them the region's first three */
    zones: z.array(zone).min(1).max(MAX_ZONES_CREATED).optional(),
    kmsKeyArn: arn('kms', 'arn:aws:kms:us-east-1:111122223333:key/…').optional(),
    logBucket: z
      .strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'a bucket name' }),
        prefix: z
          .string()
          .regex(/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*\/?$/, { error: 'a folder such as logs/flarepath' })
          .default('flarepath'),
      })
      .optional(),
    permissionsBoundaryArn: arn('iam', 'arn:aws:iam::111122223333:policy/boundary').optional(),
    tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
    jobsDirectory: z.string().min(1).default('examples/jobs'),
    messages: z
      .strictObject({ emails: z.array(z.email()).default([]), slack: Slack.optional() })
      .prefault({}),
    /** what all jobs together may do; what each may cost stands in its job file */
    limits: z
      .strictObject({
        /** USD in a calendar month, UTC; without it there is no such limit */
        accountMonthUsd: z.number().positive().optional(),
        launchesPerHour: z.number().int().min(1).max(1000).default(60),
      })
      .prefault({}),
    /** what the team pays in place of list prices; without it, list prices */
    prices: TeamPrices.optional(),
    approvalTimeoutMinutes: z
      .number()
      .int()
      .min(1)
      .max(24 * 60)
      .default(60),
    logRetentionDays: z
      .union([1, 3, 5, 7, 14, 30, 60, 90, 180, 365].map((days) => z.literal(days)))
      .default(30),
    logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
    /** EMR clean-up and EC2 spot roles: only for an account that has never used EMR or spot */
    createServiceLinkedRoles: z.boolean().default(false),
  })
  .refine((settings) => (settings.account === undefined) === (settings.region === undefined), {
    path: ['account'],
    error: 'account and region belong together: give both, or neither to use those of whoever deploys',
  })
  .refine(({ kmsKeyArn, region }) => kmsKeyArn === undefined || kmsKeyArn.split(':')[3] === region, {
    path: ['kmsKeyArn'],
    error: 'a key serves one region: give account and region, and a key of that region',
  })
  .refine((settings) => settings.network === undefined || settings.zones === undefined, {
    path: ['zones'],
    error: 'zones are for a network to create; with an existing network each subnet names its zone',
  });
export type Settings = z.infer<typeof Settings>;

/** Thrown when the settings cannot be used. The message names the source and every fault, one a line. */
export class SettingsError extends TerminalError {
  override readonly name = 'SettingsError';
}

/**
 * Reads the settings of a deployment: the file named by the context key `config`, else `flarepath.config.yaml`
 * where there is one, else the context key `flarepath` (an object in cdk.json), else defaults.
 *
 * @param node  the app's construct node, which carries the context
 * @throws SettingsError  with every fault at once
 */
export function readSettings(node: Pick<Node, 'tryGetContext'>): Settings {
  const named: unknown = node.tryGetContext('config');
  if (named !== undefined && typeof named !== 'string') {
    throw new SettingsError('The context key "config" must be the path of a YAML file: -c config=FILE');
  }
  if (named !== undefined || existsSync(DEFAULT_FILE)) {
    const file = named ?? DEFAULT_FILE;
    return parseSettings(readYaml(file), file);
  }
  const fromContext: unknown = node.tryGetContext('flarepath');
  return parseSettings(fromContext ?? {}, 'context key "flarepath"');
}

/**
 * Checks settings and fills in defaults.
 *
 * @param source  where they came from, for messages
 * @throws SettingsError  with every fault at once
 */
export function parseSettings(raw: unknown, source: string): Settings {
  const parsed = Settings.safeParse(raw);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => {
    const field = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `  ${field === '' ? key : `${field}.${key}`}: no such setting`);
    }
    return [`  ${field}: found ${describe(issue.path.reduce(member, raw))}; ${issue.message}`];
  });
  throw new SettingsError(
    [
      `Settings in ${source} cannot be used:`,
      ...faults,
      'See docs/operations/deploying.md for every setting.',
    ].join('\n'),
  );
}

function readYaml(file: string): unknown {
  if (!existsSync(file)) {
    throw new SettingsError(`Settings file ${file} does not exist. Create it, or leave out -c config.`);
  }
  try {
    const raw: unknown = parse(readFileSync(file, 'utf8'));
    return raw ?? {};
  } catch (error) {
    if (error instanceof YAMLParseError) throw new SettingsError(`${file} is not YAML: ${error.message}`);
    throw error;
  }
}

function member(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
