/**
 * Condition blocks of IAM policies.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { NotSimulatedError } from '../../contracts.ts';
import { arnMatcher, globMatcher } from './matchers.ts';

/** Condition keys in lower case, each with its values. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;
export type Condition = (context: RequestContext) => boolean;

type Test = (pattern: string) => (value: string) => boolean;

const numeric =
  (compare: (value: number, limit: number) => boolean): Test =>
  (limit) =>
  (value) =>
    compare(Number(value), Number(limit));
const dated =
  (compare: (value: number, limit: number) => boolean): Test =>
  (limit) =>
  (value) =>
    compare(Date.parse(value), Date.parse(limit));
const equal: Test = (pattern) => (value) => value === pattern;
const equalIgnoringCase: Test = (pattern) => (value) => value.toLowerCase() === pattern.toLowerCase();

/** Operators and, of negated ones, what they negate. */
const OPERATORS: Readonly<Record<string, { test: Test; negated?: true }>> = {
  StringEquals: { test: equal },
  StringNotEquals: { test: equal, negated: true },
  StringEqualsIgnoreCase: { test: equalIgnoringCase },
  StringNotEqualsIgnoreCase: { test: equalIgnoringCase, negated: true },
  StringLike: { test: globMatcher },
  StringNotLike: { test: globMatcher, negated: true },
  ArnEquals: { test: arnMatcher },
  ArnLike: { test: arnMatcher },
  ArnNotEquals: { test: arnMatcher, negated: true },
  ArnNotLike: { test: arnMatcher, negated: true },
  Bool: { test: equalIgnoringCase },
  NumericEquals: { test: numeric((value, limit) => value === limit) },
  NumericNotEquals: { test: numeric((value, limit) => value === limit), negated: true },
  NumericLessThan: { test: numeric((value, limit) => value < limit) },
  NumericLessThanEquals: { test: numeric((value, limit) => value <= limit) },
  NumericGreaterThan: { test: numeric((value, limit) => value > limit) },
  NumericGreaterThanEquals: { test: numeric((value, limit) => value >= limit) },
  DateEquals: { test: dated((value, limit) => value === limit) },
  DateLessThan: { test: dated((value, limit) => value < limit) },
  DateLessThanEquals: { test: dated((value, limit) => value <= limit) },
  DateGreaterThan: { test: dated((value, limit) => value > limit) },
  DateGreaterThanEquals: { test: dated((value, limit) => value >= limit) },
};

/**
 * Compiles one operator of a condition block with one key and its values.
 *
 * @throws NotSimulatedError when the operator is unknown
 */
export function compileCondition(operatorText: string, key: string, values: readonly string[]): Condition {
  const [, set, name = '', ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operatorText) ?? [];
  const contextKey = key.toLowerCase();
  if (name === 'Null') {
    const absent = values.includes('true');
    return (context) => (context[contextKey] === undefined) === absent;
  }
  const operator = OPERATORS[name];
  if (operator === undefined)
    throw new NotSimulatedError(`Condition operator ${operatorText} is not simulated`);
  if (values.some((value) => value.includes('${'))) {
    throw new NotSimulatedError(`Policy variables are not simulated: ${values.join(', ')}`);
  }
  const tests = values.map(operator.test);
  const negated = operator.negated === true;
  const matches = (value: string): boolean => tests.some((test) => test(value)) !== negated;
  return (context) => {
    const present = context[contextKey];
    if (present === undefined) return ifExists !== undefined || negated || set === 'ForAllValues';
    return set === 'ForAllValues' || (negated && set === undefined)
      ? present.every(matches)
      : present.some(matches);
  };
}
