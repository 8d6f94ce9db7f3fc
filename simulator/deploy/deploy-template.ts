import { NotSimulatedError, type DeployedResource, type Kernel, type ResourceHandler } from '../contracts.ts';
import { NO_VALUE, referencesOf, resolve, type Scope } from './intrinsics.ts';
import type { Template } from './template.ts';

interface DeployOptions {
  readonly stackName: string;
  readonly handlers: Readonly<Record<string, ResourceHandler>>;
  readonly availabilityZones: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
}

interface DeployedStack {
  readonly resources: ReadonlyMap<string, DeployedResource>;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Creates what a template describes, each resource after those it refers to or depends on.
 *
 * @throws NotSimulatedError when the template has a resource type that nothing here creates, naming all such types
 */
export async function deployTemplate(
  kernel: Kernel,
  template: Template,
  options: DeployOptions,
): Promise<DeployedStack> {
  const resources = new Map<string, DeployedResource>();
  const scope = scopeOf(kernel, template, options, resources);
  const wanted = Object.entries(template.Resources).filter(
    ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
  );
  const unknown = new Set(
    wanted.flatMap(([, { Type }]) => (options.handlers[Type] === undefined ? [Type] : [])),
  );
  if (unknown.size > 0)
    throw new NotSimulatedError(`Resource types not simulated: ${[...unknown].sort().join(', ')}`);
  for (const logicalId of inOrder(
    template,
    wanted.map(([name]) => name),
  )) {
    const resource = template.Resources[logicalId];
    const handler = resource === undefined ? undefined : options.handlers[resource.Type];
    if (resource === undefined || handler === undefined) continue;
    const properties = resolve(resource.Properties, scope);
    if (!isRecord(properties)) continue;
    try {
      resources.set(logicalId, await handler(logicalId, properties, kernel));
    } catch (error) {
      if (error instanceof Error) error.message = `${logicalId} (${resource.Type}): ${error.message}`;
      throw error;
    }
  }
  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition }] of Object.entries(template.Outputs)) {
    if (Condition === undefined || scope.condition(Condition)) outputs[name] = String(resolve(Value, scope));
  }
  return { resources, outputs };
}

function scopeOf(
  kernel: Kernel,
  template: Template,
  options: DeployOptions,
  resources: ReadonlyMap<string, DeployedResource>,
): Scope {
  const stackId = `arn:aws:cloudformation:${kernel.region}:${kernel.accountId}:stack/${options.stackName}/simulated`;
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': kernel.accountId,
    'AWS::Region': kernel.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': options.stackName,
    'AWS::StackId': stackId,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
  const existing = (logicalId: string): DeployedResource => {
    const resource = resources.get(logicalId);
    if (resource === undefined)
      throw new NotSimulatedError(`The template refers to ${logicalId}, which does not exist`);
    return resource;
  };
  const scope: Scope = {
    ref(name) {
      if (name in pseudo) return pseudo[name];
      const parameter = template.Parameters[name];
      if (parameter === undefined) return existing(name).ref;
      const value = options.parameters?.[name] ?? parameter.Default;
      if (value === undefined) throw new NotSimulatedError(`Parameter ${name} has neither value nor default`);
      return value;
    },
    attribute(logicalId, attribute) {
      const value = existing(logicalId).attributes[attribute];
      if (value === undefined)
        throw new NotSimulatedError(`Attribute ${attribute} of ${logicalId} is not simulated`);
      return value;
    },
    condition(name) {
      const condition = template.Conditions[name];
      const value = resolve(condition, scope);
      if (typeof value !== 'boolean') throw new NotSimulatedError(`Condition ${name} is not in the template`);
      return value;
    },
    mapping(map, key, second) {
      const value = template.Mappings[map]?.[key]?.[second];
      if (value === undefined) throw new NotSimulatedError(`Mapping ${map} has no ${key}.${second}`);
      return value;
    },
    availabilityZones: () => options.availabilityZones,
    importValue(name) {
      const value = options.imports?.[name];
      if (value === undefined) throw new NotSimulatedError(`No stack exports ${name}`);
      return value;
    },
  };
  return scope;
}

/** Depth first in the order of the template, so that the same template always deploys in the same order. */
function inOrder(template: Template, wanted: readonly string[]): string[] {
  const ordered = new Set<string>();
  const underway = new Set<string>();
  const names = new Set(wanted);
  const visit = (logicalId: string): void => {
    if (ordered.has(logicalId) || !names.has(logicalId)) return;
    if (underway.has(logicalId))
      throw new NotSimulatedError(`Resources depend on one another in a circle: ${[...underway].join(', ')}`);
    underway.add(logicalId);
    const resource = template.Resources[logicalId];
    for (const name of [...(resource?.DependsOn ?? []), ...referencesOf(resource?.Properties)]) visit(name);
    underway.delete(logicalId);
    ordered.add(logicalId);
  };
  wanted.forEach(visit);
  return [...ordered];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
