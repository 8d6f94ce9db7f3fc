/** What Step Functions refuses in a JSONata expression, found on the expression's syntax tree. */
import * as z from 'zod';

/** Tree nodes: only what the walk needs; everything else hangs below. */
const Node = z.looseObject({ type: z.string(), value: z.unknown().optional() });
type Node = z.infer<typeof Node>;

interface ExpressionReport {
  /** what is refused, each with the reason; empty when the expression is allowed */
  readonly problems: readonly string[];
  /** variables that the expression reads and does not bind itself, without the `$` */
  readonly variables: readonly string[];
  /** true when it defines functions: only those can run for ever */
  readonly definesFunctions: boolean;
}

/**
 * Examines an expression's tree.
 *
 * There is no input document in Step Functions, so `$`, `$$` and bare field names mean something only inside
 * a path, filter or sort, where an item is in focus.
 */
export function examineExpression(tree: unknown): ExpressionReport {
  const report = { problems: new Set<string>(), variables: new Set<string>(), definesFunctions: false };
  walk(tree, { focused: false, bound: new Set(), report });
  return {
    problems: [...report.problems],
    variables: [...report.variables],
    definesFunctions: report.definesFunctions,
  };
}

interface Walk {
  /** true where an item is the context: `$` and bare names are allowed */
  readonly focused: boolean;
  readonly bound: ReadonlySet<string>;
  readonly report: { problems: Set<string>; variables: Set<string>; definesFunctions: boolean };
}

function walk(value: unknown, at: Walk): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, at);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = Node.safeParse(value);
  if (!node.success) {
    for (const member of Object.values(value)) walk(member, at);
    return;
  }
  visit(node.data, at);
}

function visit(node: Node, at: Walk): void {
  switch (node.type) {
    case 'variable':
      readVariable(node, at);
      return walkBeyond(node, at);
    case 'name':
    case 'wildcard':
    case 'descendant':
    case 'parent':
      if (!at.focused) refuseField(node, at);
      return walkBeyond(node, at);
    case 'path':
      return visitPath(node, at);
    case 'block':
      return visitBlock(node, at);
    case 'lambda': {
      at.report.definesFunctions = true;
      const bound = new Set([...at.bound, ...namesIn(node['arguments'])]);
      return walk(node['body'], { ...at, bound });
    }
    case 'bind':
      return walk(node['rhs'], { ...at, bound: new Set([...at.bound, ...namesIn([node['lhs']])]) });
    case 'transform':
      return walkMembers(node, { ...at, focused: true });
    default:
      return walkMembers(node, at);
  }
}

/** The first step of a path sees the outer context; every later one, filter, sort or group an item. */
function visitPath(node: Node, at: Walk): void {
  const steps: readonly unknown[] = Array.isArray(node['steps']) ? node['steps'] : [];
  const bound = new Set(at.bound);
  steps.forEach((step, index) => {
    for (const name of focusNames(step)) bound.add(name);
    walk(step, { ...at, bound, focused: at.focused || index > 0 });
  });
  walk(node['group'], { ...at, bound, focused: true });
}

function visitBlock(node: Node, at: Walk): void {
  const expressions: readonly unknown[] = Array.isArray(node['expressions']) ? node['expressions'] : [];
  const bound = new Set(at.bound);
  for (const expression of expressions) {
    const parsed = Node.safeParse(expression);
    if (parsed.success && parsed.data.type === 'bind')
      for (const name of namesIn([parsed.data['lhs']])) bound.add(name);
    walk(expression, { ...at, bound });
  }
  walkBeyond(node, { ...at, bound });
}

const FOCUSED_MEMBERS = ['stages', 'predicate', 'group', 'terms'];

function walkBeyond(node: Node, at: Walk): void {
  for (const member of FOCUSED_MEMBERS) walk(node[member], { ...at, focused: true });
}

function walkMembers(node: Node, at: Walk): void {
  for (const [member, value] of Object.entries(node)) {
    if (typeof value !== 'object') continue;
    walk(value, FOCUSED_MEMBERS.includes(member) ? { ...at, focused: true } : at);
  }
}

function readVariable(node: Node, at: Walk): void {
  const name = String(node.value);
  if (name === '$')
    return void at.report.problems.add('$$ is not available: there is no input document; use $states.input');
  if (name === '') {
    if (!at.focused) at.report.problems.add('$ is not available at the top level; use $states.input');
    return;
  }
  if (name === 'eval') return void at.report.problems.add('$eval is not available; $parse reads JSON text');
  if (!at.bound.has(name)) at.report.variables.add(name);
}

function refuseField(node: Node, at: Walk): void {
  const name = typeof node.value === 'string' ? node.value : node.type;
  at.report.problems.add(
    `the field ${name} is read from nothing at the top level; use $states.input.${name} or a variable`,
  );
}

function namesIn(nodes: unknown): string[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node) => {
    const parsed = Node.safeParse(node);
    return parsed.success && parsed.data.type === 'variable' ? [String(parsed.data.value)] : [];
  });
}

/** Names that `@$name` and `#$name` bind for the rest of the path. */
function focusNames(step: unknown): string[] {
  const parsed = z
    .looseObject({ focus: z.string().optional(), index: z.string().optional() })
    .safeParse(step);
  if (!parsed.success) return [];
  return [parsed.data.focus, parsed.data.index].filter((name) => name !== undefined);
}
