/**
 * CloudFormation's intrinsic functions.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { NotSimulatedError } from '../contracts.ts';
import { cidrBlocks } from './cidr.ts';

/** Where names lead while a template is resolved. */
export interface Scope {
  /** what `Ref` answers; `NO_VALUE` for AWS::NoValue */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, key: string, second: string): unknown;
  availabilityZones(): readonly string[];
  importValue(name: string): unknown;
}

/** Stands for AWS::NoValue: the property or element is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text(name, 'Ref')),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...path] =
      typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt');
    return scope.attribute(
      text(logicalId, 'Fn::GetAtt'),
      path.map((part) => text(resolve(part, scope), 'Fn::GetAtt')).join('.'),
    );
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument, 'Fn::Join');
    return list(resolve(parts, scope), 'Fn::Join').map(shown).join(text(separator, 'Fn::Join'));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope) => {
    const [index, choices] = list(resolve(argument, scope), 'Fn::Select');
    const chosen = list(choices, 'Fn::Select')[Number(index)];
    if (chosen === undefined) throw new NotSimulatedError(`Fn::Select has no element ${String(index)}`);
    return chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, whole] = list(resolve(argument, scope), 'Fn::Split');
    return text(whole, 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = list(argument, 'Fn::If');
    return resolve(scope.condition(text(condition, 'Fn::If')) ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [one, other] = list(resolve(argument, scope), 'Fn::Equals');
    return shown(one) === shown(other);
  },
  'Fn::Not': (argument, scope) => !truth(list(argument, 'Fn::Not')[0], scope),
  'Fn::And': (argument, scope) => list(argument, 'Fn::And').every((part) => truth(part, scope)),
  'Fn::Or': (argument, scope) => list(argument, 'Fn::Or').some((part) => truth(part, scope)),
  Condition: (name, scope) => scope.condition(text(name, 'Condition')),
  'Fn::FindInMap': (argument, scope) => {
    const [map, key, second] = list(resolve(argument, scope), 'Fn::FindInMap').map((part) =>
      text(part, 'Fn::FindInMap'),
    );
    return scope.mapping(map ?? '', key ?? '', second ?? '');
  },
  'Fn::GetAZs': (_region, scope) => scope.availabilityZones(),
  'Fn::Cidr': (argument, scope) => {
    const [block, count, hostBits] = list(resolve(argument, scope), 'Fn::Cidr');
    return cidrBlocks(text(block, 'Fn::Cidr'), Number(count), Number(hostBits));
  },
  'Fn::ImportValue': (argument, scope) =>
    scope.importValue(text(resolve(argument, scope), 'Fn::ImportValue')),
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(resolve(argument, scope)),
  'Fn::Base64': (argument, scope) =>
    Buffer.from(text(resolve(argument, scope), 'Fn::Base64')).toString('base64'),
  'Fn::Length': (argument, scope) => list(resolve(argument, scope), 'Fn::Length').length,
};

/**
 * The value with every intrinsic function carried out.
 *
 * @throws NotSimulatedError when a function is unknown or has an argument of the wrong form
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((element: unknown) => resolve(element, scope)).filter((element) => element !== NO_VALUE);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const name = only[0];
    const argument: unknown = only[1];
    // `Condition` is a function only as a sole text: policies have a member of that name, too
    const intrinsic = name === 'Condition' && typeof argument !== 'string' ? undefined : INTRINSICS[name];
    if (intrinsic !== undefined) return intrinsic(argument, scope);
    if (name.startsWith('Fn::')) throw new NotSimulatedError(`Intrinsic function ${name} is not simulated`);
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, inner] of entries) {
    const element = resolve(inner, scope);
    if (element !== NO_VALUE) resolved[name] = element;
  }
  return resolved;
}

/** Names that a value leads to: what must exist before it. */
export function referencesOf(value: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) return part.forEach(visit);
    if (typeof part !== 'object' || part === null) return;
    for (const [name, argument] of Object.entries(part)) {
      if (name === 'Ref' && typeof argument === 'string') names.add(argument);
      else if (name === 'Fn::GetAtt') {
        const first: unknown =
          typeof argument === 'string'
            ? argument.split('.')[0]
            : Array.isArray(argument)
              ? argument[0]
              : undefined;
        if (typeof first === 'string') names.add(first);
      } else if (name === 'Fn::Sub') {
        const pattern: unknown = Array.isArray(argument) ? argument[0] : argument;
        for (const [, inner] of String(pattern).matchAll(/\$\{([^!}][^}]*)\}/g))
          names.add((inner ?? '').split('.')[0] ?? '');
      }
      visit(argument);
    }
  };
  visit(value);
  return names;
}

function substitute(argument: unknown, scope: Scope): string {
  const [pattern, given] = Array.isArray(argument) ? list(argument, 'Fn::Sub') : [argument, {}];
  const variables = resolve(given, scope);
  return text(pattern, 'Fn::Sub').replace(/\$\{(!?)([^}]*)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const variable: unknown =
      typeof variables === 'object' && variables !== null ? Reflect.get(variables, name) : undefined;
    if (variable !== undefined) return shown(variable);
    const dot = name.indexOf('.');
    return shown(dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
  });
}

function truth(value: unknown, scope: Scope): boolean {
  const resolved = resolve(value, scope);
  if (typeof resolved !== 'boolean') throw new NotSimulatedError(`${JSON.stringify(value)} is no condition`);
  return resolved;
}

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value))
    throw new NotSimulatedError(`${name} needs a list, not ${JSON.stringify(value)}`);
  return value.map((element: unknown) => element);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new NotSimulatedError(`${name} needs a text, not ${JSON.stringify(value)}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
