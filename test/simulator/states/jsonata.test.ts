import { describe, expect, it } from 'vitest';
import { only, runMachine } from './harness.ts';

const pass = (Output: unknown, input: unknown = {}) => runMachine(only({ Type: 'Pass', Output }), { input });

describe('expressions give the values that Step Functions gives', () => {
  it.each([
    ['text without delimiters is text', 'plain', 'plain'],
    ['delimiters with a space before them are text', ' {% 1 %}', ' {% 1 %}'],
    ['JSONPath is text', '$.a', '$.a'],
    ['a path', '{% $states.input.a.b %}', 7],
    [
      'objects and lists hold expressions',
      { x: ['{% 1 + 1 %}', { y: '{% $states.input.a.b %}' }] },
      { x: [2, { y: 7 }] },
    ],
    [
      'constants stay',
      { n: null, f: 0.1, t: true, e: [], o: {} },
      { n: null, f: 0.1, t: true, e: [], o: {} },
    ],
    ['a filter with one hit is that hit', '{% $states.input.items[size > 2] %}', { size: 3 }],
    ['a filter kept as a list', '{% $states.input.items[size > 2][] %}', [{ size: 3 }]],
    ['a filter with several hits', '{% $states.input.items[size > 1].size %}', [2, 3]],
    ['a constructor leaves undefined members out', "{% {'a': $states.input.nothing, 'b': 1} %}", { b: 1 }],
    ['$ inside a path', '{% $states.input.items.{ "s": $.size } %}', [{ s: 1 }, { s: 2 }, { s: 3 }]],
    ['local variables', '{% ($x := 2; $y := 3; $x * $y) %}', 6],
    ['functions may be used', '{% $map([1,2], function($v) { $v * 2 }) %}', [2, 4]],
    ['sorting', '{% $states.input.items^(>size).size %}', [3, 2, 1]],
    ['$partition', '{% $partition([1,2,3,4,5], 2) %}', [[1, 2], [3, 4], [5]]],
    ['$range', '{% $range(0, 10, 5) %}', [0, 5, 10]],
    ['$range downwards', '{% $range(3, 1, -1) %}', [3, 2, 1]],
    ['$hash MD5', "{% $hash('abc', 'MD5') %}", '900150983cd24fb0d6963f7d28e17f72'],
    ['$hash SHA-1', "{% $hash('abc', 'SHA-1') %}", 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['$parse', `{% $parse('{"a":[1]}').a[0] %}`, 1],
    ['$now is virtual time', '{% $now() %}', '2030-01-01T00:00:00.000Z'],
    ['$now with a picture', "{% $now('[Y0001]-[M01]-[D01]') %}", '2030-01-01'],
    ['$millis is virtual time', '{% $millis() %}', Date.parse('2030-01-01T00:00:00.000Z')],
    ['a null stays null', '{% null %}', null],
  ])('%s', async (_what, output, expected) => {
    const ran = await pass(output, { a: { b: 7 }, items: [{ size: 1 }, { size: 2 }, { size: 3 }] });
    expect(ran.cause).toBeUndefined();
    expect(ran.output).toEqual(expected);
  });

  it('$random and $uuid come from the seed, and a seeded $random is the same everywhere', async () => {
    const draw = only({
      Type: 'Pass',
      Output: { r: '{% $random() %}', s: '{% $random(5) %}', u: '{% $uuid() %}' },
    });
    const [a, b, other] = [
      await runMachine(draw, { seed: 1 }),
      await runMachine(draw, { seed: 1 }),
      await runMachine(draw, { seed: 2 }),
    ];
    expect(a.output).toEqual(b.output);
    expect(a.output.u).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other.output.r).not.toBe(a.output.r);
    expect(other.output.s).toBe(a.output.s);
  });
});

describe('expressions that fail, fail the state with States.QueryEvaluationError', () => {
  it.each([
    [
      'an undefined result',
      '{% $states.input.nothing %}',
      "The JSONata expression '$states.input.nothing' specified for the field 'Output' returned nothing (undefined).",
    ],
    [
      'an undefined result deep inside',
      { a: ['{% $nothing %}'] },
      "specified for the field 'Output/a[0]' returned nothing (undefined).",
    ],
    ['a filter without a hit', '{% $states.input.list[$ > 5] %}', 'returned nothing (undefined).'],
    ['a type error', "{% 1 + 'a' %}", 'threw an error during evaluation. T2002'],
    ['a function as value', '{% function($x) { $x } %}', 'a function is not a value'],
    ['a function inside a value', "{% {'f': $sum} %}", 'a function is not a value'],
    ['$parse of what is not JSON', "{% $parse('{') %}", '$parse cannot read'],
    ['$hash with an unknown algorithm', "{% $hash('a', 'CRC') %}", '$hash knows MD5'],
    ['$partition by nothing', '{% $partition([1], 0) %}', '$partition needs a size'],
    ['$range without a step', '{% $range(1, 2, 0) %}', '$range needs a step'],
    [
      'endless recursion',
      '{% ($f := function($n) { $f($n + 1) }; $f(0)) %}',
      'The evaluation was ended after',
    ],
  ])('%s', async (_what, output, message) => {
    const ran = await pass(output, { list: [1, 2] });
    expect(ran).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(ran.cause).toContain(
      "An error occurred while executing the state 'Only' (entered at the event id #2). ",
    );
    expect(ran.cause).toContain(message);
    expect(ran.types).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'EvaluationFailed',
      'ExecutionFailed',
    ]);
  });
});

describe('expressions that Step Functions refuses do not deploy', () => {
  it.each([
    ['$eval', "{% $eval('1') %}", '$eval is not available'],
    ['$ at the top level', '{% $.a %}', '$ is not available at the top level'],
    ['$ in an argument', '{% $sum($) %}', '$ is not available at the top level'],
    ['$$', '{% $$.a %}', '$$ is not available'],
    ['a bare field', '{% a.b %}', 'the field a is read from nothing'],
    ['a wildcard', '{% * %}', 'is read from nothing'],
    ['a syntax error', '{% (1 + %}', 'is not JSONata'],
    ['an open delimiter', '{% 1', 'starts with {% and does not end with %}'],
  ])('%s', async (_what, output, message) => {
    await expect(pass(output)).rejects.toThrow(message);
  });
});
