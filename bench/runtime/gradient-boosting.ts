const TREES = 100;
const LEARNING_RATE = 0.1;
const DEPTH = 3;

type Tree = { readonly value: number } | Split;
interface Split {
  readonly column: number;
  readonly threshold: number;
  readonly below: Tree;
  readonly above: Tree;
}

/**
 * Boosted regression trees on squared error, with the usual settings (100 trees of depth 3, rate 0.1).
 *
 * @see Friedman, Greedy Function Approximation: A Gradient Boosting Machine, Annals of Statistics 2001
 */
export class GradientBoosting {
  readonly #level: number;
  readonly #trees: Tree[] = [];

  constructor(inputs: readonly (readonly number[])[], targets: readonly number[]) {
    this.#level = meanOf(targets);
    let residuals = targets.map((target) => target - this.#level);
    const all = inputs.map((_, i) => i);
    for (let t = 0; t < TREES; t += 1) {
      const tree = grow(inputs, residuals, all, DEPTH);
      this.#trees.push(tree);
      residuals = residuals.map((residual, i) => residual - LEARNING_RATE * leafOf(tree, inputs[i] ?? []));
    }
  }

  predict(input: readonly number[]): number {
    return this.#trees.reduce((sum, tree) => sum + LEARNING_RATE * leafOf(tree, input), this.#level);
  }
}

function leafOf(tree: Tree, input: readonly number[]): number {
  let node = tree;
  while ('below' in node) node = (input[node.column] ?? 0) <= node.threshold ? node.below : node.above;
  return node.value;
}

function grow(
  inputs: readonly (readonly number[])[],
  targets: readonly number[],
  members: readonly number[],
  depth: number,
): Tree {
  const value = meanOf(members.map((i) => targets[i] ?? 0));
  if (depth === 0 || members.length < 2) return { value };
  const best = bestSplit(inputs, targets, members);
  if (best === null) return { value };
  const isBelow = (i: number) => (inputs[i]?.[best.column] ?? 0) <= best.threshold;
  return {
    ...best,
    below: grow(inputs, targets, members.filter(isBelow), depth - 1),
    above: grow(
      inputs,
      targets,
      members.filter((i) => !isBelow(i)),
      depth - 1,
    ),
  };
}

/** The split that explains most squares; null when no column varies. */
function bestSplit(
  inputs: readonly (readonly number[])[],
  targets: readonly number[],
  members: readonly number[],
): { column: number; threshold: number } | null {
  const total = members.reduce((sum, i) => sum + (targets[i] ?? 0), 0);
  let best: { column: number; threshold: number } | null = null;
  let most = total ** 2 / members.length + 1e-12;
  const width = inputs[0]?.length ?? 0;
  for (let column = 0; column < width; column += 1) {
    const sorted = [...members].sort((a, b) => (inputs[a]?.[column] ?? 0) - (inputs[b]?.[column] ?? 0));
    let sum = 0;
    for (let k = 1; k < sorted.length; k += 1) {
      sum += targets[sorted[k - 1] ?? 0] ?? 0;
      const below = inputs[sorted[k - 1] ?? 0]?.[column] ?? 0;
      const above = inputs[sorted[k] ?? 0]?.[column] ?? 0;
      if (below === above) continue;
      const explained = sum ** 2 / k + (total - sum) ** 2 / (sorted.length - k);
      if (explained <= most) continue;
      most = explained;
      best = { column, threshold: (below + above) / 2 };
    }
  }
  return best;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}
