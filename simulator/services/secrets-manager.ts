import * as z from 'zod';
import {
  AwsFailure,
  operation,
  type Kernel,
  type ResourceHandler,
  type SimulatedService,
} from '../contracts.ts';
import { accountKeyArn } from './kms.ts';
import { ignored, known, parseKnown } from './known.ts';
import { physicalName, randomText, uuid } from './names.ts';

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly text: string;
  readonly versionId: string;
  readonly createdAtMs: number;
  readonly kmsKeyArn: string | undefined;
}

interface SecretsManagerService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
}

const SecretProperties = z.strictObject({
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .strictObject({
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
      PasswordLength: z.number().int().positive().default(32),
      ExcludePunctuation: ignored,
      ExcludeCharacters: ignored,
    })
    .optional(),
  KmsKeyId: z.string().optional(),
  Description: ignored,
  Tags: ignored,
});

const GetSecretValue = z.strictObject({
  SecretId: z.string(),
  VersionStage: z.literal('AWSCURRENT').optional(),
});

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Secrets Manager: reading secrets of the template. They have one version and are never rotated. */
export function createSecretsManagerService(kernel: Kernel): SecretsManagerService {
  const secrets: Secret[] = [];
  const find = (id: string) => secrets.find(({ name, arn }) => id === name || id === arn);
  return {
    name: 'secrets-manager',
    operations: {
      GetSecretValue: operation(known('secrets-manager GetSecretValue', GetSecretValue), {
        permissions({ SecretId }) {
          const secret = find(SecretId);
          const missing = `arn:aws:secretsmanager:${kernel.region}:${kernel.accountId}:secret:${SecretId}`;
          const keyArn = secret?.kmsKeyArn;
          return [
            { action: 'secretsmanager:GetSecretValue', resource: secret?.arn ?? missing },
            ...(keyArn === undefined ? [] : [{ action: 'kms:Decrypt', resource: keyArn }]),
          ];
        },
        run({ SecretId }) {
          const secret = find(SecretId);
          if (secret === undefined) {
            throw new AwsFailure(
              'ResourceNotFoundException',
              "Secrets Manager can't find the specified secret.",
            );
          }
          return {
            ARN: secret.arn,
            Name: secret.name,
            SecretString: secret.text,
            VersionId: secret.versionId,
            VersionStages: ['AWSCURRENT'],
            CreatedDate: new Date(secret.createdAtMs),
          };
        },
      }),
    },
    resources: { 'AWS::SecretsManager::Secret': secretHandler(secrets) },
  };
}

function secretHandler(secrets: Secret[]): ResourceHandler {
  return (logicalId, properties, kernel) => {
    const what = `AWS::SecretsManager::Secret ${logicalId}`;
    const parsed = parseKnown(what, SecretProperties, properties);
    const random = kernel.random(`secret:${logicalId}`);
    const name = parsed.Name ?? physicalName(kernel, logicalId);
    const suffix = randomText(random, ALPHABET, 6);
    const arn = `arn:aws:secretsmanager:${kernel.region}:${kernel.accountId}:secret:${name}-${suffix}`;
    secrets.push({
      name,
      arn,
      text: parsed.SecretString ?? generated(parsed.GenerateSecretString, random),
      versionId: uuid(random),
      createdAtMs: kernel.clock.nowMs(),
      kmsKeyArn: accountKeyArn(kernel, parsed.KmsKeyId),
    });
    return { ref: arn, attributes: { Id: arn } };
  };
}

function generated(
  settings: z.output<typeof SecretProperties>['GenerateSecretString'],
  random: () => number,
): string {
  const password = randomText(random, ALPHABET, settings?.PasswordLength ?? 32);
  const key = settings?.GenerateStringKey;
  if (key === undefined) return password;
  const template = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(settings?.SecretStringTemplate ?? '{}'));
  return JSON.stringify({ ...template, [key]: password });
}
