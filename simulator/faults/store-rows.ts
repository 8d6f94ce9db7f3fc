import { OF_CLUSTER, row, seconds } from './row.ts';

/** Where the product keeps and finds what it knows. */
export const STORE_ROWS = {
  'stale-read': row(
    ['table'],
    {},
    'An eventually consistent read misses the writes of the last second. Strongly consistent reads never do.',
    'an older item, or none',
  ),
  'conditional-failure': row(
    ['table', 'operation', 'key'],
    {},
    'A conditional write is applied, its answer is lost, and the retry underneath meets its own write.',
    'ConditionalCheckFailedException although the write is there',
  ),
  'throttled-partition': row(
    ['table', 'operation', 'key'],
    {},
    "Requests for items whose key matches are refused: `key` is the partition key's value, and `PK/SK` where the table has a sort key.",
    'ThrottlingException with ThrottlingReasons TableReadKeyRangeThroughputExceeded or TableWriteKeyRangeThroughputExceeded',
  ),
  'listing-lag': row(
    OF_CLUSTER,
    { seconds: seconds(60, 'age below which the cluster is missing') },
    'ListClusters does not show a young cluster yet; DescribeCluster does.',
    'a cluster that is not in the list',
  ),
} as const;
