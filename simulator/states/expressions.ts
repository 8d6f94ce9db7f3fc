/** JSONata as Step Functions runs it: compiled once, evaluated without an input document, answers plain JSON. */
import jsonata from 'jsonata';
import * as z from 'zod';
import { examineExpression } from './expression-rules.ts';

/** Finds what an expression names: a variable, `states` or a function, without the `$`; undefined for the library's. */
export type Bindings = (name: string) => unknown;

export interface Expression {
  readonly source: string;
  readonly variables: readonly string[];
  /** @throws ExpressionFailure */
  readonly evaluate: (bindings: Bindings) => Promise<unknown>;
}

/** The expression cannot be compiled, or uses what Step Functions refuses. */
export class ExpressionRefused extends Error {
  override readonly name = 'ExpressionRefused';
}

/** Why an evaluation failed; the message is worded for `The JSONata expression '…' specified for the field '…'`. */
export class ExpressionFailure extends Error {
  override readonly name = 'ExpressionFailure';
}

/** Tree nodes one evaluation may visit when it defines functions: the end of endless recursion. */
const MOST_STEPS = 400_000;
const ENTRY_HOOK = Symbol.for('jsonata.__evaluate_entry');
const STEPS_NAME = 'flarepathEvaluationSteps';

const compiled = new Map<string, Expression>();

/** True for text that Step Functions evaluates: it starts with `{%` and ends with `%}`, without spaces around. */
export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4;
}

/**
 * Compiles the text of an expression; the same text compiles once.
 *
 * @param text  with its delimiters `{%` and `%}`
 * @throws ExpressionRefused  naming what is wrong or not allowed
 */
export function compileExpression(text: string): Expression {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const expression = compile(text.slice(2, -2).trim());
  compiled.set(text, expression);
  return expression;
}

const JsonataProblem = z.looseObject({ code: z.string().optional(), message: z.string().optional() });

function compile(source: string): Expression {
  let program: jsonata.Expression;
  try {
    program = jsonata(source);
  } catch (error) {
    throw new ExpressionRefused(`${JSON.stringify(source)} is not JSONata: ${toldProblem(error)}`);
  }
  const report = examineExpression(program.ast());
  if (report.problems.length > 0)
    throw new ExpressionRefused(`${JSON.stringify(source)}: ${report.problems.join('; ')}`);
  if (report.definesFunctions) {
    const limited: HookedProgram = program;
    limited.assign(ENTRY_HOOK, (_node, _input, environment) => countStep(environment));
  }
  return {
    source,
    variables: report.variables,
    evaluate: async (bindings) => {
      // Only what the expression names is bound: binding everything costs more than evaluating.
      const bound: Record<string, unknown> = report.definesFunctions ? { [STEPS_NAME]: { count: 0 } } : {};
      for (const name of report.variables) {
        const value = bindings(name);
        if (value !== undefined) bound[name] = value;
      }
      let result: unknown;
      try {
        result = await program.evaluate(undefined, bound);
      } catch (error) {
        throw new ExpressionFailure(`threw an error during evaluation. ${toldProblem(error)}`);
      }
      if (result === undefined) throw new ExpressionFailure('returned nothing (undefined).');
      return plainJson(result);
    },
  };
}

/** The library takes hooks under symbols, which its published types leave out. */
interface HookedProgram {
  assign(name: unknown, hook: (node: unknown, input: unknown, environment: StepEnvironment) => void): void;
}

interface StepEnvironment {
  lookup(name: string): { count: number } | undefined;
}

function countStep(environment: StepEnvironment): void {
  const steps = environment.lookup(STEPS_NAME);
  if (steps === undefined) return;
  steps.count += 1;
  if (steps.count > MOST_STEPS) throw new Error(`The evaluation was ended after ${MOST_STEPS} steps.`);
}

function toldProblem(error: unknown): string {
  const problem = JsonataProblem.safeParse(error);
  if (!problem.success) return String(error);
  const { code, message } = problem.data;
  return [code, message].filter((part) => part !== undefined).join(': ');
}

/** A copy without the marks that JSONata leaves on its sequences. Functions are no values. */
function plainJson(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new ExpressionFailure(`returned ${String(value)}, which JSON does not know.`);
  }
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : plainJson(item)));
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value) {
    throw new ExpressionFailure('returned an unsupported result type: a function is not a value.');
  }
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, plainJson(member)]));
}
