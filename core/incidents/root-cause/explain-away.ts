/** How hard something was hit. */
export interface Impact {
  /** in one unit for everything in the topology: seconds lost, failures, dollars; below 0 when better than usual */
  readonly amount: number;
  /** how likely that much is when nothing is wrong, 0..1 */
  readonly tail: number;
}

/** Something in the topology that may be the cause. */
export interface TopologyCause {
  readonly node: string;
  readonly impact: Impact;
  /** what is left of its impact when that of what it depends on is taken away */
  readonly ownAmount: number;
  /** what it depends on that was hit, too, and explains the rest */
  readonly explainedBy: readonly string[];
  /** ownAmount × prior odds: causes compare by it */
  readonly score: number;
}

/** Rarer than this when nothing is wrong, and something counts as hit. */
const HIT = 0.02;

/**
 * Which of the things that a target depends on, directly or not, was hit by itself.
 *
 * What is slow because of what it calls is explained away: from each impact those of its own dependencies are taken,
 * where these were hit. The target itself is never the answer: it is the symptom.
 *
 * @param dependsOn  for each node what it calls, reads or runs on; cycles are allowed
 * @param priorOf  how much likelier than others a node is the cause, as a factor; 1 without knowledge
 * @returns the most likely first; none when nothing below the target was hit
 */
export function explainAway(
  target: string,
  dependsOn: ReadonlyMap<string, readonly string[]>,
  impacts: ReadonlyMap<string, Impact>,
  priorOf: (node: string) => number = () => 1,
): TopologyCause[] {
  const causes: TopologyCause[] = [];
  for (const node of below(target, dependsOn)) {
    const impact = impacts.get(node);
    if (impact === undefined || !wasHit(impact)) continue;
    const explainedBy = (dependsOn.get(node) ?? []).filter((other) => {
      const its = impacts.get(other);
      return other !== node && its !== undefined && wasHit(its);
    });
    const explained = explainedBy.reduce((sum, other) => sum + (impacts.get(other)?.amount ?? 0), 0);
    const ownAmount = Math.max(0, impact.amount - explained);
    if (ownAmount > 0)
      causes.push({ node, impact, ownAmount, explainedBy, score: ownAmount * priorOf(node) });
  }
  return causes.sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1));
}

function wasHit({ amount, tail }: Impact): boolean {
  return amount > 0 && tail <= HIT;
}

/** Everything that a node depends on, itself left out. */
export function below(node: string, dependsOn: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>([node]);
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const other of dependsOn.get(next) ?? []) {
      if (reached.has(other)) continue;
      reached.add(other);
      open.push(other);
    }
  }
  reached.delete(node);
  return reached;
}
