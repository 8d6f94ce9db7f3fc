import * as z from 'zod';
import { NotSimulatedError } from '../contracts.ts';

const TemplateResource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((names) => (typeof names === 'string' ? [names] : names)),
  Condition: z.string().optional(),
});

/** A CloudFormation template as `cdk synth` writes it. `Rules` and `Metadata` change nothing here. */
const Template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Parameters: z
    .record(z.string(), z.looseObject({ Default: z.union([z.string(), z.number()]).optional() }))
    .default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), TemplateResource),
  Outputs: z
    .record(z.string(), z.looseObject({ Value: z.unknown(), Condition: z.string().optional() }))
    .default({}),
});
export type Template = z.infer<typeof Template>;

/** @throws NotSimulatedError when the template has sections that are not known here */
export function readTemplate(json: unknown): Template {
  const parsed = Template.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new NotSimulatedError(`Template is not understood: ${z.prettifyError(parsed.error)}`);
}
