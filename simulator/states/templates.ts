/** JSON with expressions in it: the fields Arguments, Output, Assign and their like. */
import { compileExpression, ExpressionFailure, ExpressionRefused, isExpression } from './expressions.ts';
import type { Bindings, Expression } from './expressions.ts';

interface PlacedExpression {
  /** such as `Arguments/Payload/run` */
  readonly location: string;
  readonly expression: Expression;
}

export interface Template {
  /** as written */
  readonly json: unknown;
  readonly location: string;
  readonly expressions: readonly PlacedExpression[];
  /** @throws TemplateFailure */
  evaluate(bindings: Bindings): Promise<unknown>;
}

/** One expression of a template failed; the message names expression and field, as Step Functions does. */
export class TemplateFailure extends Error {
  override readonly name = 'TemplateFailure';
  readonly location: string;

  constructor(location: string, message: string) {
    super(message);
    this.location = location;
  }
}

/**
 * Compiles a field's JSON.
 *
 * @param location  name of the field, as failures will name it
 * @throws ExpressionRefused  naming the field and what is not allowed in it
 */
export function compileTemplate(json: unknown, location: string): Template {
  const expressions: PlacedExpression[] = [];
  const evaluate = compilePart(json, location, expressions);
  return {
    json,
    location,
    expressions,
    evaluate: async (bindings) => (evaluate === undefined ? json : evaluate(bindings)),
  };
}

/** Undefined where the part is constant. */
type Part = ((bindings: Bindings) => Promise<unknown>) | undefined;

function compilePart(json: unknown, location: string, found: PlacedExpression[]): Part {
  if (typeof json === 'string') return compileText(json, location, found);
  if (Array.isArray(json)) {
    const parts = json.map((item: unknown, index) => compilePart(item, `${location}[${index}]`, found));
    if (parts.every((part) => part === undefined)) return undefined;
    const items: readonly unknown[] = json;
    return (bindings) => inOrder(parts, (part, index) => part?.(bindings) ?? items[index]);
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const members = Object.entries(json);
  const parts = members.map(([name, member]) => compilePart(member, `${location}/${name}`, found));
  if (parts.every((part) => part === undefined)) return undefined;
  return async (bindings) => {
    const values = await inOrder(parts, (part, index) => part?.(bindings) ?? members[index]?.[1]);
    return Object.fromEntries(members.map(([name], index) => [name, values[index]]));
  };
}

/** One after the other: the order in which random functions are drawn is part of the result. */
async function inOrder(
  parts: readonly Part[],
  evaluate: (part: Part, index: number) => unknown,
): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const [index, part] of parts.entries()) values.push(await evaluate(part, index));
  return values;
}

function compileText(text: string, location: string, found: PlacedExpression[]): Part {
  if (!isExpression(text)) {
    if (text.startsWith('{%'))
      throw new ExpressionRefused(`${location} starts with {% and does not end with %}: ${text}`);
    return undefined;
  }
  let expression: Expression;
  try {
    expression = compileExpression(text);
  } catch (error) {
    if (error instanceof ExpressionRefused) throw new ExpressionRefused(`${location}: ${error.message}`);
    throw error;
  }
  found.push({ location, expression });
  return async (bindings) => {
    try {
      return await expression.evaluate(bindings);
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      throw new TemplateFailure(
        location,
        `The JSONata expression '${expression.source}' specified for the field '${location}' ${error.message}`,
      );
    }
  };
}
