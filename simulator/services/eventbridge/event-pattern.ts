import * as z from 'zod';
import { NotSimulatedError } from '../../contracts.ts';

type Test = (value: unknown) => boolean;

const Literal = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const IgnoringCase = z.strictObject({ 'equals-ignore-case': z.string() });
const Affix = z.union([z.string(), IgnoringCase]);
const Comparison = z.enum(['<', '<=', '=', '>=', '>']);
const Excluded = z.union([
  Literal,
  z.array(Literal),
  z.strictObject({ prefix: Affix }),
  z.strictObject({ suffix: Affix }),
  z.strictObject({ wildcard: z.union([z.string(), z.array(z.string())]) }),
  z.strictObject({ 'equals-ignore-case': z.union([z.string(), z.array(z.string())]) }),
]);
const Matcher = z.union([
  Literal,
  z.strictObject({ prefix: Affix }),
  z.strictObject({ suffix: Affix }),
  z.strictObject({ 'equals-ignore-case': z.string() }),
  z.strictObject({ wildcard: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ 'anything-but': Excluded }),
  z.strictObject({
    numeric: z.union([
      z.tuple([Comparison, z.number()]),
      z.tuple([Comparison, z.number(), Comparison, z.number()]),
    ]),
  }),
]);
const PatternObject = z.record(z.string(), z.unknown());

/**
 * Compiles an event pattern.
 *
 * @returns whether an event matches
 * @throws NotSimulatedError  for a matcher that is unknown here
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileEventPattern(pattern: unknown): Test {
  const fields = Object.entries(PatternObject.parse(pattern)).map(([name, wanted]): Test => {
    if (name === '$or' && Array.isArray(wanted)) {
      const branches = wanted.map(compileEventPattern);
      return (event) => branches.some((matches) => matches(event));
    }
    const matches = Array.isArray(wanted) ? leaf(name, wanted) : nested(compileEventPattern(wanted));
    return (event) => matches(isObject(event) ? event[name] : undefined);
  });
  return (event) => fields.every((matches) => matches(event));
}

/** A list of objects matches when one of them does. */
function nested(matches: Test): Test {
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

/** A field matches when one of its values fits one of the matchers. */
function leaf(name: string, wanted: readonly unknown[]): Test {
  const tests = wanted.map((each): Test => {
    const matcher = Matcher.safeParse(each);
    if (!matcher.success) {
      throw new NotSimulatedError(
        `Event pattern: ${name} is matched by ${JSON.stringify(each)}, unknown here`,
      );
    }
    return testOf(matcher.data);
  });
  return (value) => {
    const values: readonly unknown[] = Array.isArray(value) && value.length > 0 ? value : [value];
    return values.some((each) => tests.some((matches) => matches(each)));
  };
}

function testOf(matcher: z.output<typeof Matcher>): Test {
  if (matcher === null || typeof matcher !== 'object') return (value) => value === matcher;
  if ('exists' in matcher) return (value) => (value !== undefined && !isObject(value)) === matcher.exists;
  if ('numeric' in matcher) return numeric(matcher.numeric);
  if ('anything-but' in matcher) {
    const excluded = exclusion(matcher['anything-but']);
    return (value) => value !== undefined && !isObject(value) && !excluded(value);
  }
  return textTest(matcher);
}

type TextMatcher =
  | { prefix: z.output<typeof Affix> }
  | { suffix: z.output<typeof Affix> }
  | { wildcard: string | string[] }
  | { 'equals-ignore-case': string | string[] };

function exclusion(excluded: z.output<typeof Excluded>): Test {
  if (Array.isArray(excluded)) return (value) => excluded.some((each) => each === value);
  if (excluded === null || typeof excluded !== 'object') return (value) => value === excluded;
  return textTest(excluded);
}

function textTest(matcher: TextMatcher): Test {
  const onText =
    (test: (text: string) => boolean): Test =>
    (value) =>
      typeof value === 'string' && test(value);
  if ('prefix' in matcher) {
    const { text, fold } = affix(matcher.prefix);
    return onText((value) => fold(value).startsWith(text));
  }
  if ('suffix' in matcher) {
    const { text, fold } = affix(matcher.suffix);
    return onText((value) => fold(value).endsWith(text));
  }
  if ('wildcard' in matcher) {
    const expressions = [matcher.wildcard].flat().map(wildcardExpression);
    return onText((value) => expressions.some((expression) => expression.test(value)));
  }
  const wanted = [matcher['equals-ignore-case']].flat().map((text) => text.toLowerCase());
  return onText((value) => wanted.includes(value.toLowerCase()));
}

function affix(affix: z.output<typeof Affix>): { text: string; fold: (text: string) => string } {
  if (typeof affix === 'string') return { text: affix, fold: (text) => text };
  return { text: affix['equals-ignore-case'].toLowerCase(), fold: (text) => text.toLowerCase() };
}

function numeric(comparisons: readonly (string | number)[]): Test {
  const tests: ((value: number) => boolean)[] = [];
  for (let i = 0; i < comparisons.length; i += 2) {
    const bound = Number(comparisons[i + 1]);
    switch (comparisons[i]) {
      case '<':
        tests.push((value) => value < bound);
        break;
      case '<=':
        tests.push((value) => value <= bound);
        break;
      case '=':
        tests.push((value) => value === bound);
        break;
      case '>=':
        tests.push((value) => value >= bound);
        break;
      default:
        tests.push((value) => value > bound);
    }
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

/** `*` stands for any text; `\*` for a star. */
function wildcardExpression(wildcard: string): RegExp {
  const parts = wildcard.split(/(\\\*|\\\\|\*)/).map((part) => {
    if (part === '*') return '.*';
    const text = part === '\\*' ? '*' : part === '\\\\' ? '\\' : part;
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
