/** Changes to a template before it is deployed: what if a right were missing? */

/** One action that one statement of one policy of a template grants. */
export interface Grant {
  /** logical id of the policy, role or permission */
  readonly resource: string;
  readonly statement: number;
  readonly action: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Every action that a statement with Effect Allow grants to a role of the template. */
export function grantsOf(template: unknown): Grant[] {
  const grants: Grant[] = [];
  eachStatement(template, (resource, statement, element) => {
    if (element['Effect'] !== 'Allow') return;
    for (const action of textsOf(element['Action'])) grants.push({ resource, statement, action });
  });
  return grants;
}

/** The template without that one action; a statement left without actions goes, too. */
export function withoutGrant(template: unknown, grant: Grant): unknown {
  const copy: unknown = structuredClone(template);
  eachStatement(copy, (resource, statement, element, document) => {
    if (resource !== grant.resource || statement !== grant.statement) return;
    const left = textsOf(element['Action']).filter((action) => action !== grant.action);
    if (left.length > 0) Reflect.set(element, 'Action', left);
    else
      Reflect.set(
        document,
        'Statement',
        listOf(document['Statement']).filter((other) => other !== element),
      );
  });
  return copy;
}

/** The template without that resource, e.g. a Lambda permission. Nothing may refer to it. */
export function withoutResource(template: unknown, logicalId: string): unknown {
  const copy: unknown = structuredClone(template);
  const resources = isJson(copy) ? copy['Resources'] : undefined;
  if (isJson(resources)) Reflect.deleteProperty(resources, logicalId);
  return copy;
}

/** The template with these variables added to the environment of every function, over what they had. */
export function withEnvironment(template: unknown, variables: Readonly<Record<string, string>>): unknown {
  const copy: unknown = structuredClone(template);
  const resources = isJson(copy) && isJson(copy['Resources']) ? Object.values(copy['Resources']) : [];
  for (const resource of resources) {
    if (!isJson(resource) || resource['Type'] !== 'AWS::Lambda::Function' || !isJson(resource['Properties']))
      continue;
    const { Environment } = resource['Properties'];
    const before = isJson(Environment) && isJson(Environment['Variables']) ? Environment['Variables'] : {};
    Reflect.set(resource['Properties'], 'Environment', { Variables: { ...before, ...variables } });
  }
  return copy;
}

function eachStatement(
  template: unknown,
  visit: (resource: string, statement: number, element: Json, document: Json) => void,
): void {
  const resources = isJson(template) ? template['Resources'] : undefined;
  if (!isJson(resources)) return;
  for (const [logicalId, resource] of Object.entries(resources)) {
    const properties = isJson(resource) ? resource['Properties'] : undefined;
    if (!isJson(resource) || !isJson(properties) || !String(resource['Type']).startsWith('AWS::IAM::'))
      continue;
    const inline = listOf(properties['Policies']).map((policy) =>
      isJson(policy) ? policy['PolicyDocument'] : undefined,
    );
    let index = 0;
    for (const document of [properties['PolicyDocument'], ...inline]) {
      if (!isJson(document)) continue;
      for (const element of listOf(document['Statement'])) {
        if (isJson(element)) visit(logicalId, index, element, document);
        index += 1;
      }
    }
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value.map((element: unknown) => element) : [value];
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter((element) => typeof element === 'string');
}
