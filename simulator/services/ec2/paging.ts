import { AwsFailure } from '../../contracts.ts';

/** One page of a list, and EC2's token for the next: absent on the last. */
export function page<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number,
): { items: Item[]; next: { NextToken?: string } } {
  const start = token === undefined || token === '' ? 0 : Number(token);
  if (!Number.isInteger(start))
    throw new AwsFailure('InvalidNextToken', 'The provided nextToken is invalid.');
  const end = start + size;
  return { items: items.slice(start, end), next: end < items.length ? { NextToken: String(end) } : {} };
}
