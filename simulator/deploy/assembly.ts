import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { NotSimulatedError } from '../contracts.ts';
import { readTemplate, type Template } from './template.ts';

const Manifest = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      displayName: z.string().optional(),
      properties: z
        .looseObject({
          templateFile: z.string().optional(),
          file: z.string().optional(),
          stackName: z.string().optional(),
        })
        .optional(),
    }),
  ),
});
const AssetManifest = z.looseObject({
  files: z.record(
    z.string(),
    z.looseObject({
      source: z.looseObject({
        path: z.string().optional(),
        packaging: z.enum(['file', 'zip']).default('file'),
      }),
      destinations: z.record(z.string(), z.looseObject({ bucketName: z.string(), objectKey: z.string() })),
    }),
  ),
  dockerImages: z.record(z.string(), z.unknown()).default({}),
});

/** A file or directory that `cdk deploy` would upload. */
export interface FileAsset {
  /** absolute path; a directory when it is to be zipped */
  readonly path: string;
  readonly zipped: boolean;
  readonly bucket: string;
  readonly key: string;
}

export interface AssembledStack {
  readonly name: string;
  readonly template: Template;
}

/** What `cdk synth` wrote. */
export interface Assembly {
  readonly stacks: readonly AssembledStack[];
  readonly assets: readonly FileAsset[];
}

/**
 * Reads a cloud assembly, the directory `cdk.out`.
 *
 * @param edit  changes a template before it is read, for what-if questions and tests
 * @throws NotSimulatedError when it has container images, or something a template reader does not know
 */
export function readAssembly(
  directory: string,
  place: { readonly accountId: string; readonly region: string },
  edit: (template: unknown) => unknown = (template) => template,
): Assembly {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const { artifacts } = Manifest.parse(read('manifest.json'));
  const stacks: AssembledStack[] = [];
  const assets: FileAsset[] = [];
  for (const [name, { type, properties }] of Object.entries(artifacts)) {
    if (type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined) {
      stacks.push({
        name: properties.stackName ?? name,
        template: readTemplate(edit(read(properties.templateFile))),
      });
    }
    if (type === 'cdk:asset-manifest' && properties?.file !== undefined) {
      assets.push(...fileAssets(directory, AssetManifest.parse(read(properties.file)), place));
    }
  }
  return { stacks, assets };
}

function fileAssets(
  directory: string,
  manifest: z.output<typeof AssetManifest>,
  place: { readonly accountId: string; readonly region: string },
): FileAsset[] {
  const images = Object.keys(manifest.dockerImages);
  if (images.length > 0)
    throw new NotSimulatedError(`Container images are not simulated: ${images.join(', ')}`);
  const placed = (text: string): string =>
    text
      .replaceAll('${AWS::AccountId}', place.accountId)
      .replaceAll('${AWS::Region}', place.region)
      .replaceAll('${AWS::Partition}', 'aws');
  return Object.values(manifest.files).flatMap(({ source, destinations }) => {
    if (source.path === undefined) throw new NotSimulatedError('Assets without a file are not simulated');
    const path = join(directory, source.path);
    return Object.values(destinations).map(({ bucketName, objectKey }) => ({
      path,
      zipped: source.packaging === 'zip',
      bucket: placed(bucketName),
      key: placed(objectKey),
    }));
  });
}
