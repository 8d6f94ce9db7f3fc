import * as z from 'zod';
import { NotSimulatedError } from '../../contracts.ts';
import { compileCondition, type Condition, type RequestContext } from './conditions.ts';
import { globMatcher, type Matcher } from './matchers.ts';

const Texts = z
  .union([z.string(), z.array(z.string())])
  .transform((texts) => (typeof texts === 'string' ? [texts] : texts));
const ConditionValues = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((values) => (Array.isArray(values) ? values : [values]).map(String));
const PrincipalElement = z.union([
  z.literal('*'),
  z.record(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), Texts.optional()),
]);
const StatementElement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: Texts.optional(),
  NotAction: Texts.optional(),
  Resource: Texts.optional(),
  NotResource: Texts.optional(),
  Principal: PrincipalElement.optional(),
  NotPrincipal: PrincipalElement.optional(),
  Condition: z.record(z.string(), z.record(z.string(), ConditionValues)).default({}),
});
const PolicyDocument = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.preprocess(
    (statements): unknown => (Array.isArray(statements) ? statements : [statements]),
    z.array(StatementElement),
  ),
});

/** What a statement is asked. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
}

export interface Statement {
  readonly allows: boolean;
  /** whether action, resource and conditions fit */
  applies(request: Request): boolean;
  /** of a resource's own policy: the principals it names; undefined in an identity's policy */
  readonly principals:
    | { readonly everyone: boolean; readonly aws: readonly string[]; readonly services: readonly string[] }
    | undefined;
}

const compiled = new WeakMap<object, readonly Statement[]>();

/**
 * Compiles a policy document, once for each object.
 *
 * @throws NotSimulatedError when it has elements or operators that are not known here
 */
export function statementsOf(document: unknown): readonly Statement[] {
  const key = typeof document === 'object' && document !== null ? document : undefined;
  const known = key === undefined ? undefined : compiled.get(key);
  if (known !== undefined) return known;
  const parsed = PolicyDocument.safeParse(document);
  if (!parsed.success) {
    throw new NotSimulatedError(`Policy document is not understood: ${z.prettifyError(parsed.error)}`);
  }
  const statements = parsed.data.Statement.map(compile);
  if (key !== undefined) compiled.set(key, statements);
  return statements;
}

function compile(element: z.output<typeof StatementElement>): Statement {
  if (element.NotPrincipal !== undefined) throw new NotSimulatedError('NotPrincipal is not simulated');
  const actions = anyOf((element.Action ?? element.NotAction ?? []).map((action) => action.toLowerCase()));
  const resources = anyOf(element.Resource ?? element.NotResource ?? ['*']);
  const notAction = element.Action === undefined;
  const notResource = element.NotResource !== undefined;
  const conditions: Condition[] = Object.entries(element.Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileCondition(operator, key, values)),
  );
  return {
    allows: element.Effect === 'Allow',
    principals: principalsOf(element.Principal),
    applies: ({ action, resource, context }) =>
      actions(action.toLowerCase()) !== notAction &&
      resources(resource) !== notResource &&
      conditions.every((holds) => holds(context)),
  };
}

function anyOf(patterns: readonly string[]): Matcher {
  const variable = patterns.find((pattern) => pattern.includes('${'));
  if (variable !== undefined) throw new NotSimulatedError(`Policy variables are not simulated: ${variable}`);
  const matchers = patterns.map(globMatcher);
  return (text) => matchers.some((matches) => matches(text));
}

function principalsOf(element: z.output<typeof PrincipalElement> | undefined): Statement['principals'] {
  if (element === undefined) return undefined;
  if (element === '*') return { everyone: true, aws: [], services: [] };
  const aws = element.AWS ?? [];
  return { everyone: aws.includes('*'), aws, services: element.Service ?? [] };
}
