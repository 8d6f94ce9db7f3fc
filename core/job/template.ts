import { InvalidInputError } from '../errors.ts';

/** What `{{ … }}` may name in step arguments, inputs, outputs and markers of a job file. */
export const TEMPLATE_VARIABLES = {
  'run.date': 'local date of the scheduled start, 2026-01-05',
  'run.previousDate': 'the day before run.date',
  'run.scheduledAt': 'scheduled start, ISO 8601 in UTC',
  'run.key': "the run's key",
  'run.arrivedPrefix':
    'of dataArrival jobs: folder of the object that arrived, below the prefix that is watched',
  'attempt.number': '1 for the first attempt',
  'attempt.output': "where this attempt writes: a prefix of its own below the job's first output",
} as const;

/** Variables that only an arrival gives a value. */
export const ARRIVAL_VARIABLES = ['run.arrivedPrefix'] as const;

export type TemplateVariables = Partial<Readonly<Record<keyof typeof TEMPLATE_VARIABLES, string>>>;

const PLACEHOLDER = /\{\{\s*([^}]*?)\s*\}\}/g;

/** Names in a text's placeholders. */
export function templateVariablesIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}

/**
 * A text with every `{{ name }}` replaced.
 *
 * @throws InvalidInputError  when a placeholder's name has no value here
 */
export function renderTemplate(text: string, variables: TemplateVariables): string {
  const values = new Map<string, string>(Object.entries(variables));
  return text.replace(PLACEHOLDER, (placeholder, name: string) => {
    const value = values.get(name);
    if (value === undefined) {
      throw new InvalidInputError(
        `"${placeholder}" in "${text}" has no value here; known: ${[...values.keys()].join(', ')}.`,
      );
    }
    return value;
  });
}
