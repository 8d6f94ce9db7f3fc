/** The functions that Step Functions adds to JSONata, and those it replaces. */
import { createHash } from 'node:crypto';
import jsonata from 'jsonata';
import { seededRng } from '../../core/numerics/rng.ts';
import { uuid } from '../services/names.ts';

/** What expressions may ask the world for. */
interface ExpressionWorld {
  nowMs(): number;
  random(): number;
}

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);
const MOST_RANGE_ITEMS = 10_000_000;
const formatMillis = jsonata('$fromMillis($milliseconds, $picture, $timezone)');

/** Thrown by a function; the expression fails with this message. */
class FunctionArgumentError extends Error {
  override readonly name = 'FunctionArgumentError';
}

/**
 * Bindings for every expression of one execution.
 *
 * @see Step Functions Developer Guide, JSONata functions provided by Step Functions
 */
export function expressionFunctions(world: ExpressionWorld): Readonly<Record<string, unknown>> {
  return {
    partition,
    range,
    hash,
    parse,
    random: (seed?: unknown) => randomNumber(world, seed),
    uuid: () => uuid(() => world.random()),
    millis: () => world.nowMs(),
    now: (picture?: unknown, timezone?: unknown) =>
      formatMillis.evaluate(undefined, { milliseconds: world.nowMs(), picture, timezone }),
  };
}

function partition(items?: unknown, size?: unknown): unknown {
  if (items === undefined) return undefined;
  if (typeof size !== 'number' || Math.trunc(size) < 1)
    throw new FunctionArgumentError(`$partition needs a size of at least 1, not ${told(size)}`);
  const list: readonly unknown[] = Array.isArray(items) ? items : [items];
  const chunk = Math.trunc(size);
  return Array.from({ length: Math.ceil(list.length / chunk) }, (_, i) =>
    list.slice(i * chunk, (i + 1) * chunk),
  );
}

function range(first?: unknown, last?: unknown, step?: unknown): unknown {
  if (typeof first !== 'number' || typeof last !== 'number' || typeof step !== 'number') {
    throw new FunctionArgumentError(
      `$range needs three numbers, not ${told(first)}, ${told(last)}, ${told(step)}`,
    );
  }
  if (step === 0) throw new FunctionArgumentError('$range needs a step other than 0');
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > MOST_RANGE_ITEMS)
    throw new FunctionArgumentError(`$range would make ${count} items; ${MOST_RANGE_ITEMS} are allowed`);
  return Array.from({ length: count }, (_, i) => first + i * step);
}

function hash(text?: unknown, algorithm?: unknown): unknown {
  if (text === undefined) return undefined;
  const known = typeof algorithm === 'string' ? HASHES.get(algorithm) : undefined;
  if (known === undefined)
    throw new FunctionArgumentError(`$hash knows ${[...HASHES.keys()].join(', ')}, not ${told(algorithm)}`);
  if (typeof text !== 'string') throw new FunctionArgumentError(`$hash needs a string, not ${told(text)}`);
  return createHash(known).update(text).digest('hex');
}

function parse(text?: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new FunctionArgumentError(`$parse needs a string, not ${told(text)}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new FunctionArgumentError(`$parse cannot read ${told(text.slice(0, 100))} as JSON`);
  }
}

function randomNumber(world: ExpressionWorld, seed: unknown): number {
  if (seed === undefined) return world.random();
  if (typeof seed !== 'number')
    throw new FunctionArgumentError(`$random takes a number as its seed, not ${told(seed)}`);
  return seededRng(seed)();
}

function told(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
