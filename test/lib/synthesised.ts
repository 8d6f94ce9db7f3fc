/* eslint-disable @typescript-eslint/no-explicit-any -- a template is JSON of no fixed shape */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseSettings } from '../../lib/config.ts';
import { FlarepathStack } from '../../lib/flarepath-stack.ts';
import { FUNCTION_NAMES, OPTIONAL_FUNCTION_NAMES } from '../../lib/function-names.ts';
import type { ReadJob } from '../../core/job/read-jobs.ts';
import { readJobsDirectory } from '../../lib/jobs.ts';

/** Settings of a team that has everything already. */
export const EVERYTHING_EXISTS = {
  account: '123456789012',
  region: 'us-east-1',
  network: {
    vpcId: 'vpc-0a1b2c3d',
    subnets: [
      { id: 'subnet-0a1b2c3d', zone: 'us-east-1a' },
      { id: 'subnet-0b1b2c3d', zone: 'us-east-1b' },
    ],
    securityGroups: { primary: 'sg-0a1b2c3d', worker: 'sg-0b1b2c3d', service: 'sg-0c1b2c3d' },
  },
  kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e-0000-4000-8000-000000000000',
  logBucket: { name: 'team-logs', prefix: 'emr/flarepath/' },
  permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary',
  tags: { team: 'data' },
  messages: { emails: ['data@example.com'] },
};

export interface Resource {
  Type: string;
  Properties: Record<string, any>;
  [attribute: string]: any;
}

const context = JSON.parse(readFileSync('cdk.json', 'utf8')).context;

// Every synthesis of the app validates its template; here it would only cost seconds.
process.env.CDK_VALIDATION = 'false';

/** Functions of one line each: what is bundled does not matter to the template. */
function emptyBundles(directory: string): string {
  for (const name of [...FUNCTION_NAMES, ...OPTIONAL_FUNCTION_NAMES]) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, 'index.mjs'), `export const handler = '${name}';`);
  }
  return directory;
}

/** The stack that settings and jobs give, in an app of its own. */
export function stackOf(
  settings: object = {},
  jobs: readonly ReadJob[] = readJobsDirectory('examples/jobs'),
): FlarepathStack {
  const directory = mkdtempSync(join(tmpdir(), 'flarepath-template-'));
  const app = new App({ outdir: join(directory, 'cdk.out'), context });
  const bundles = emptyBundles(join(directory, 'functions'));
  return new FlarepathStack(app, { settings: parseSettings(settings, 'a test'), jobs, bundles });
}

/** The template that settings and jobs give. */
export function templateOf(settings?: object, jobs?: readonly ReadJob[]): Template {
  return Template.fromStack(stackOf(settings, jobs));
}

export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return template.findResources(type) as Record<string, Resource>;
}

/** Type of every resource. */
export function typesOf(template: Template): string[] {
  return Object.values(template.toJSON().Resources).map((resource: any) => resource.Type as string);
}

/** Text of a value of the template: references become `<LogicalId>` or `<LogicalId.Attribute>`. */
export function textOf(value: any): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${value['Fn::GetAtt'].join('.')}>`;
  if ('Fn::Join' in value) return value['Fn::Join'][1].map(textOf).join(value['Fn::Join'][0]);
  if ('Fn::Sub' in value) return String(value['Fn::Sub']).replaceAll('${', '<').replaceAll('}', '>');
  return JSON.stringify(value);
}

export interface Statement {
  /** logical id of the policy or role it stands in */
  owner: string;
  actions: string[];
  resources: string[];
  conditions: Record<string, Record<string, unknown>>;
}

const listOf = (value: any): any[] => (Array.isArray(value) ? value : [value]);

/** Every permission of every role of the template. */
export function statementsOf(template: Template): Statement[] {
  return Object.entries(resourcesOf(template, 'AWS::IAM::Policy')).flatMap(([owner, { Properties }]) =>
    Properties.PolicyDocument.Statement.map((statement: any) => ({
      owner,
      actions: listOf(statement.Action),
      resources: listOf(statement.Resource).map(textOf),
      conditions: statement.Condition ?? {},
    })),
  );
}
