import { gather, runBranches } from './branches.ts';
import type { BranchPlan } from './branches.ts';
import type { MapState } from './definition.ts';
import { StateFailure } from './failures.ts';
import { evaluate, queryFailure, record, wrongType } from './flow.ts';
import type { Visit } from './flow.ts';
import type { RunNested } from './parallel-state.ts';
import { payloadOf, requirePayloadSize } from './payload.ts';
import type { Payload } from './payload.ts';

/** Inline mode runs no more iterations at a time, whatever MaxConcurrency says. */
const MOST_INLINE_CONCURRENCY = 40;

/** Runs the item processor for every item; the result is the array of their outputs. */
export async function runMap(visit: Visit, state: MapState, run: RunNested): Promise<Payload> {
  const items = await itemsOf(visit, state);
  const concurrency = await concurrencyOf(visit, state);
  record(visit.line, 'MapStateStarted', 'mapStateStartedEventDetails', { length: items.length });
  try {
    const outputs = await runBranches(visit, {
      count: items.length,
      concurrency,
      mapItem: (index) => ({ Index: index, Value: items[index] }),
      ...iterationEvents(visit.name),
      run: async (line, index) => {
        const input = await inputOf(visit, state, { Index: index, Value: items[index] });
        return run(line, state.ItemProcessor, input);
      },
    });
    record(visit.line, 'MapStateSucceeded');
    return requirePayloadSize(gather(outputs), visit.name, 'returned a result');
  } catch (error) {
    if (error instanceof StateFailure) record(visit.line, 'MapStateFailed');
    throw error;
  }
}

function iterationEvents(name: string): Pick<BranchPlan, 'begun' | 'succeeded' | 'failed' | 'aborted'> {
  const note = (what: string) => (line: Visit['line'], index: number) => {
    record(line, `MapIteration${what}`, `mapIteration${what}EventDetails`, { name, index });
  };
  return {
    begun: note('Started'),
    succeeded: note('Succeeded'),
    failed: note('Failed'),
    aborted: note('Aborted'),
  };
}

async function itemsOf(visit: Visit, { Items }: MapState): Promise<readonly unknown[]> {
  const items = Items === undefined ? visit.input.value : await evaluate(visit, Items);
  if (isList(items)) return items;
  if (Items !== undefined) throw wrongType(visit, Items, 'array', items);
  throw queryFailure(
    visit,
    'Items',
    `The state has no Items, and its input is not an array: ${visit.input.text.slice(0, 200)}`,
  );
}

async function concurrencyOf(visit: Visit, { MaxConcurrency }: MapState): Promise<number> {
  const wanted = MaxConcurrency === undefined ? 0 : await evaluate(visit, MaxConcurrency);
  if (
    MaxConcurrency !== undefined &&
    (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0)
  ) {
    throw wrongType(visit, MaxConcurrency, 'integer of at least 0', wanted);
  }
  return typeof wanted === 'number' && wanted > 0
    ? Math.min(wanted, MOST_INLINE_CONCURRENCY)
    : MOST_INLINE_CONCURRENCY;
}

async function inputOf(
  visit: Visit,
  { ItemSelector }: MapState,
  mapItem: { Index: number; Value: unknown },
): Promise<Payload> {
  if (ItemSelector === undefined) return payloadOf(mapItem.Value);
  return requirePayloadSize(
    payloadOf(await evaluate(visit, ItemSelector, { mapItem })),
    visit.name,
    'selected an item',
  );
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
