import { NotSimulatedError } from '../../contracts.ts';

export interface InputSettings {
  readonly input: string | undefined;
  readonly inputPath: string | undefined;
  readonly transformer: InputTransformer | undefined;
}

export interface InputTransformer {
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

/** What the reserved variables of a template stand for. */
interface RuleContext {
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestionTime: string;
}

/** The text a rule's target receives for an event. */
export function targetInput(settings: InputSettings, event: unknown, context: RuleContext): string {
  if (settings.input !== undefined) return settings.input;
  if (settings.transformer !== undefined) return transform(settings.transformer, event, context);
  const path = settings.inputPath;
  return JSON.stringify(path === undefined ? event : (valueAt(event, path) ?? null));
}

/**
 * Fills a template: within quotes a variable is inserted as text, elsewhere as JSON.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function transform({ paths, template }: InputTransformer, event: unknown, context: RuleContext): string {
  const variables = new Map<string, unknown>([
    ['aws.events.rule-arn', context.ruleArn],
    ['aws.events.rule-name', context.ruleName],
    ['aws.events.event.ingestion-time', context.ingestionTime],
    ['aws.events.event.json', event],
    ...Object.entries(paths).map(([name, path]): [string, unknown] => [name, valueAt(event, path)]),
  ]);
  let quoted = false;
  let filled = '';
  for (const part of template.split(/(\\.|"|<[A-Za-z0-9_.-]+>)/)) {
    if (part === '"') quoted = !quoted;
    const name = /^<(.+)>$/.exec(part)?.[1];
    if (name === undefined) {
      filled += part;
      continue;
    }
    if (!variables.has(name)) throw new NotSimulatedError(`Input template: <${name}> is unknown here`);
    filled += quoted ? withinQuotes(variables.get(name)) : JSON.stringify(variables.get(name) ?? '');
  }
  return filled;
}

function withinQuotes(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

/** Paths such as `$`, `$.detail.name`, `$.resources[0]`, `$.detail['key']`. */
function valueAt(event: unknown, path: string): unknown {
  if (!/^\$(\.[A-Za-z0-9_-]+|\[\d+\]|\['[^']+'\])*$/.test(path)) {
    throw new NotSimulatedError(`Input path ${path} is not simulated`);
  }
  let value = event;
  for (const [, name, index, key] of path.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]|\['([^']+)'\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, name ?? key ?? Number(index));
  }
  return value;
}
