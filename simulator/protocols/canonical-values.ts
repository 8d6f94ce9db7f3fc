/**
 * Values of an API model in one canonical form: a copy with the members in the model's order, so that the same
 * request has the same text whichever way it came, and nobody shares memory with anybody.
 */
import { shapeOf, type ApiModel, type Reference, type Shape } from './api-model.ts';
import { isMembers } from './http-message.ts';

/** What becomes of a value's blobs and timestamps on its way. */
interface Conversion {
  readonly blob: (value: unknown, streaming: boolean) => unknown;
  /** whole seconds only: what the format of an HTTP header keeps of a timestamp */
  readonly inHeaders: boolean;
}

type Copier = (value: unknown) => unknown;

/** Compiled copiers of one conversion, by model and shape. */
export type Canon = (model: ApiModel, shapeName: string, value: unknown) => unknown;

/** Members that are undefined or null are left out; members that the model does not know stay, at the end. */
export function createCanon(conversion: Conversion): Canon {
  const compiled = new WeakMap<ApiModel, Map<string, Copier>>();
  const copierOf = (model: ApiModel, { shape: name, streaming, location }: Reference): Copier => {
    const copiers = compiled.get(model) ?? new Map<string, Copier>();
    compiled.set(model, copiers);
    const key = `${name} ${streaming === true ? 'streaming' : ''} ${location ?? ''}`;
    const known = copiers.get(key);
    if (known !== undefined) return known;
    let body: Copier | undefined;
    const copier: Copier = (value) => {
      // compiled at first use, so that recursive shapes end
      body ??= compile(model, { shape: name, streaming, location });
      return body(value);
    };
    copiers.set(key, copier);
    return copier;
  };
  const compile = (model: ApiModel, reference: Reference): Copier => {
    const shape = shapeOf(model, reference.shape);
    if (shape.document === true) return (value) => structuredClone(value);
    switch (shape.type) {
      case 'structure':
        return structureCopier(shape, (member) => copierOf(model, member));
      case 'list':
        return shape.member === undefined ? asIs : listCopier(copierOf(model, shape.member));
      case 'map':
        return shape.value === undefined ? asIs : mapCopier(copierOf(model, shape.value));
      case 'blob':
        return (value) => conversion.blob(value, reference.streaming === true);
      case 'timestamp':
        return timestampCopier(shape, conversion.inHeaders && reference.location === 'header');
      default:
        return asIs;
    }
  };
  return (model, shapeName, value) => copierOf(model, { shape: shapeName })(value);
}

const asIs: Copier = (value) => value;

function structureCopier(shape: Shape, copierOf: (member: Reference) => Copier): Copier {
  const members = Object.entries(shape.members).map(([name, member]) => ({ name, copy: copierOf(member) }));
  return (value) => {
    if (!isMembers(value)) return value;
    const copied: Record<string, unknown> = {};
    for (const { name, copy } of members) {
      const inner = value[name];
      if (inner !== undefined && inner !== null) copied[name] = copy(inner);
    }
    for (const name of Object.keys(value)) {
      // kept, so that the model check names it
      if (shape.members[name] === undefined && value[name] !== undefined) copied[name] = value[name];
    }
    return copied;
  };
}

function listCopier(copy: Copier): Copier {
  return (value) => (Array.isArray(value) ? value.map(copy) : value);
}

function mapCopier(copy: Copier): Copier {
  return (value) => {
    if (!isMembers(value)) return value;
    const copied: Record<string, unknown> = {};
    for (const key of Object.keys(value)) if (value[key] !== undefined) copied[key] = copy(value[key]);
    return copied;
  };
}

function timestampCopier(shape: Shape, inHeader: boolean): Copier {
  const wholeSeconds = inHeader || shape.timestampFormat === 'rfc822';
  return (value) => {
    if (!(value instanceof Date)) return value;
    const ms = value.getTime();
    return new Date(wholeSeconds ? Math.floor(ms / 1000) * 1000 : ms);
  };
}
