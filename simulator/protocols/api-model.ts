/** The published API models (models/*.json, written by scripts/extract-api-models.ts) and what they say. */
import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

const Reference = z.object({
  shape: z.string(),
  location: z.enum(['uri', 'querystring', 'header', 'headers', 'statusCode']).optional(),
  locationName: z.string().optional(),
  queryName: z.string().optional(),
  streaming: z.boolean().optional(),
  flattened: z.boolean().optional(),
  idempotencyToken: z.boolean().optional(),
  jsonvalue: z.boolean().optional(),
  xmlAttribute: z.boolean().optional(),
});
export type Reference = z.infer<typeof Reference>;

const Shape = z.object({
  type: z.enum([
    'structure',
    'list',
    'map',
    'string',
    'character',
    'boolean',
    'integer',
    'long',
    'float',
    'double',
    'timestamp',
    'blob',
  ]),
  members: z.record(z.string(), Reference).default({}),
  member: Reference.optional(),
  key: Reference.optional(),
  value: Reference.optional(),
  required: z.array(z.string()).default([]),
  enum: z.array(z.string()).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  flattened: z.boolean().optional(),
  payload: z.string().optional(),
  timestampFormat: z.string().optional(),
  union: z.boolean().optional(),
  document: z.boolean().optional(),
  exception: z.boolean().optional(),
  error: z.object({ code: z.string().optional(), httpStatusCode: z.number().optional() }).optional(),
});
export type Shape = z.infer<typeof Shape>;

const ApiOperation = z.object({
  http: z.object({ method: z.string(), requestUri: z.string(), responseCode: z.number().optional() }),
  input: z.string().optional(),
  output: z.string().optional(),
  resultWrapper: z.string().optional(),
  errors: z.array(z.string()).default([]),
});
export type ApiOperation = z.infer<typeof ApiOperation>;

const ApiModel = z.object({
  source: z.string(),
  service: z.string(),
  apiVersion: z.string(),
  protocol: z.enum(['json', 'rest-json', 'rest-xml', 'query', 'ec2']),
  jsonVersion: z.string().optional(),
  targetPrefix: z.string().optional(),
  signingName: z.string(),
  xmlNamespace: z.string().optional(),
  queryCompatible: z.boolean(),
  operations: z.record(z.string(), ApiOperation),
  shapes: z.record(z.string(), Shape),
});
export type ApiModel = z.infer<typeof ApiModel>;

/** Services that have a model, by the simulator's names. */
export const MODELLED_SERVICES = [
  'emr',
  'ec2',
  'cloudwatch',
  'dynamodb',
  's3',
  'sns',
  'sqs',
  'sfn',
  'eventbridge',
  'scheduler',
  'lambda',
  'pricing',
  'secrets-manager',
  'service-quotas',
  'sts',
] as const;

const loaded = new Map<string, ApiModel | undefined>();

/** The model of a service, or undefined when there is none. Read once for each process. */
export function apiModel(service: string): ApiModel | undefined {
  if (!loaded.has(service)) {
    const file = new URL(`./models/${service}.json`, import.meta.url);
    loaded.set(
      service,
      existsSync(file) ? ApiModel.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined,
    );
  }
  return loaded.get(service);
}

/**
 * A shape by its name.
 * @throws Error when the model lacks it: the model file is damaged
 */
export function shapeOf(model: ApiModel, name: string): Shape {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`The model of ${model.service} has no shape ${name}`);
  return shape;
}
