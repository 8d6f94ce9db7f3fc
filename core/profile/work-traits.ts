import type { Job } from '../contracts/job.ts';

/** What a cluster runs short of first. */
export type Bottleneck = 'cpu' | 'memory' | 'gpu' | 'network' | 'disk';

/** What work of a sort asks of its machines before anything was measured: rules of thumb. */
export interface WorkTraits {
  readonly bottleneck: Bottleneck;
  readonly memoryGibPerCore: number;
  /** bytes shuffled ÷ bytes read */
  readonly shuffleShare: number;
  /** why, in words */
  readonly because: string;
}

/** By task: an ETL pass shuffles about half of its input; features join and aggregate wide rows. */
const TASK_TRAITS: Readonly<Record<Job['task'], WorkTraits>> = {
  etl: traits('network', 4, 0.5, 'an ETL pass reads, shuffles and writes'),
  features: traits('memory', 8, 0.8, 'features are joined and aggregated from wide rows'),
  training: traits('cpu', 8, 0.1, 'training goes over its data again and again'),
  serving: traits('memory', 4, 0.1, 'serving fills a cache'),
};

/** By algorithm, where its name is one of these: what it does with its data decides, not the task. */
const ALGORITHM_TRAITS: Readonly<Record<string, WorkTraits>> = {
  'sort-merge-join': traits('disk', 4, 1, 'both sides of the join are shuffled and sorted on disk'),
  'broadcast-join': traits('memory', 8, 0.1, 'the small side lies in the memory of every executor'),
  aggregation: traits('network', 4, 0.3, 'partial sums are shuffled'),
  'window-functions': traits('memory', 8, 1, 'each window is sorted in memory'),
  deduplication: traits('disk', 4, 1, 'all rows are shuffled by their key'),
  parsing: traits('cpu', 2, 0.05, 'each row is worked on alone'),
  'gradient-boosting': traits('cpu', 8, 0.1, 'histograms are built for each tree'),
  'random-forest': traits('cpu', 8, 0.1, 'histograms are built for each level'),
  'logistic-regression': traits('memory', 8, 0.05, 'rows are cached and read in each iteration'),
  'linear-regression': traits('memory', 8, 0.05, 'rows are cached and read in each iteration'),
  'k-means': traits('memory', 8, 0.05, 'rows are cached and read in each iteration'),
  als: traits('network', 8, 1, 'factors are exchanged in each iteration'),
  pagerank: traits('network', 8, 1, 'ranks are exchanged in each iteration'),
  'deep-learning': traits('gpu', 8, 0.1, 'matrices are multiplied'),
};

/** @param algorithm  as the job file names it; null when it does not */
export function traitsOf(task: Job['task'], algorithm: string | null): WorkTraits {
  if (algorithm === null || !Object.hasOwn(ALGORITHM_TRAITS, algorithm)) return TASK_TRAITS[task];
  return ALGORITHM_TRAITS[algorithm] ?? TASK_TRAITS[task];
}

function traits(
  bottleneck: Bottleneck,
  memoryGibPerCore: number,
  shuffleShare: number,
  because: string,
): WorkTraits {
  return { bottleneck, memoryGibPerCore, shuffleShare, because };
}
