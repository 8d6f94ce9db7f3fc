/** Compiles the shapes of an API model into closures that check a value of the types SDK clients use. */
import { shapeOf, type ApiModel, type Reference, type Shape } from './api-model.ts';

interface ShapeFault {
  /** e.g. `instances.instanceFleets.1.member.name` */
  readonly path: string;
  readonly problem: string;
  /** a member the model does not know, as against a known one with a wrong value */
  readonly unknown: boolean;
}

type Checker = (value: unknown, path: string, faults: ShapeFault[]) => void;

const compiled = new WeakMap<ApiModel, Map<string, Checker>>();

/** What does not fit the shape; empty when all does. */
export function checkShape(model: ApiModel, shapeName: string, value: unknown): readonly ShapeFault[] {
  const faults: ShapeFault[] = [];
  checkerOf(model, shapeName)(value, '', faults);
  return faults;
}

function checkerOf(model: ApiModel, shapeName: string): Checker {
  const checkers = compiled.get(model) ?? new Map<string, Checker>();
  compiled.set(model, checkers);
  const known = checkers.get(shapeName);
  if (known !== undefined) return known;
  const body: { check?: Checker } = {};
  const checker: Checker = (value, path, faults) => {
    // compiled at first use, so that recursive shapes end
    body.check ??= compile(model, shapeOf(model, shapeName));
    body.check(value, path, faults);
  };
  checkers.set(shapeName, checker);
  return checker;
}

function compile(model: ApiModel, shape: Shape): Checker {
  if (shape.document === true) return () => undefined;
  switch (shape.type) {
    case 'structure':
      return structureChecker(model, shape);
    case 'list':
      return listChecker(shape, checkerOf(model, needed(shape.member).shape));
    case 'map':
      return mapChecker(
        checkerOf(model, needed(shape.key).shape),
        checkerOf(model, needed(shape.value).shape),
      );
    case 'string':
    case 'character':
      return stringChecker(shape);
    case 'boolean':
      return typed('a boolean', (value) => typeof value === 'boolean');
    case 'integer':
      return numberChecker(shape, 'an integer', Number.isInteger);
    case 'long':
      return numberChecker(shape, 'an integer', Number.isInteger);
    case 'float':
    case 'double':
      return numberChecker(shape, 'a number', () => true);
    case 'timestamp':
      return typed('a Date', (value) => value instanceof Date && !Number.isNaN(value.getTime()));
    case 'blob':
      return typed('bytes or text', (value) => value instanceof Uint8Array || typeof value === 'string');
  }
}

function needed(reference: Reference | undefined): Reference {
  if (reference === undefined) throw new Error('A list or map of the model lacks its member');
  return reference;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function structureChecker(model: ApiModel, shape: Shape): Checker {
  const members = new Map(
    Object.entries(shape.members).map(([name, reference]) => [name, checkerOf(model, reference.shape)]),
  );
  return (value, path, faults) => {
    if (!isRecord(value)) return report(faults, path, value, 'Member must be a structure');
    let present = 0;
    for (const name of Object.keys(value)) {
      const inner = value[name];
      if (inner === undefined) continue;
      present += 1;
      const check = members.get(name);
      if (check === undefined) {
        faults.push({ path: below(path, name), problem: `${name} is no member of the model`, unknown: true });
      } else check(inner, below(path, name), faults);
    }
    for (const name of shape.required) {
      if (value[name] === undefined) report(faults, below(path, name), null, 'Member must not be null');
    }
    if (shape.union === true && present !== 1) report(faults, path, value, 'Exactly one member must be set');
  };
}

function listChecker(shape: Shape, check: Checker): Checker {
  return (value, path, faults) => {
    if (!Array.isArray(value)) return report(faults, path, value, 'Member must be a list');
    checkBounds(shape, value.length, path, value, faults);
    for (let i = 0; i < value.length; i += 1) check(value[i], `${path}.${i + 1}.member`, faults);
  };
}

function mapChecker(checkKey: Checker, checkValue: Checker): Checker {
  return (value, path, faults) => {
    if (!isRecord(value)) return report(faults, path, value, 'Member must be a map');
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      checkKey(key, `${path}.key`, faults);
      checkValue(inner, below(path, key), faults);
    }
  };
}

function stringChecker(shape: Shape): Checker {
  const allowed = shape.enum === undefined ? undefined : new Set(shape.enum);
  return (value, path, faults) => {
    if (typeof value !== 'string') return report(faults, path, value, 'Member must be a string');
    checkBounds(shape, value.length, path, value, faults);
    if (allowed !== undefined && !allowed.has(value)) {
      report(faults, path, value, `Member must satisfy enum value set: [${[...allowed].join(', ')}]`);
    }
  };
}

function checkBounds(shape: Shape, length: number, path: string, value: unknown, faults: ShapeFault[]): void {
  if (shape.min !== undefined && length < shape.min) {
    report(faults, path, value, `Member must have length greater than or equal to ${shape.min}`);
  }
  if (shape.max !== undefined && length > shape.max) {
    report(faults, path, value, `Member must have length less than or equal to ${shape.max}`);
  }
}

function numberChecker(shape: Shape, what: string, fits: (value: number) => boolean): Checker {
  return (value, path, faults) => {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number' || !fits(number))
      return report(faults, path, value, `Member must be ${what}`);
    if (shape.min !== undefined && number < shape.min) {
      report(faults, path, value, `Member must have value greater than or equal to ${shape.min}`);
    }
    if (shape.max !== undefined && number > shape.max) {
      report(faults, path, value, `Member must have value less than or equal to ${shape.max}`);
    }
  };
}

function typed(what: string, fits: (value: unknown) => boolean): Checker {
  return (value, path, faults) => {
    if (!fits(value)) report(faults, path, value, `Member must be ${what}`);
  };
}

const QUOTED_CHARACTERS = 80;

/** In the words that AWS uses. */
function report(faults: ShapeFault[], path: string, value: unknown, constraint: string): void {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  const shown = value === null ? 'null' : `'${text.slice(0, QUOTED_CHARACTERS)}'`;
  const problem = `Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
  faults.push({ path, problem, unknown: false });
}

/** AWS names members in messages with a small first letter. */
function below(path: string, name: string): string {
  const shown = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? shown : `${path}.${shown}`;
}
