/** The form of a definition in JSONata mode, field by field. Whatever is not here is refused. */
import * as z from 'zod';
import { NotSimulatedError } from '../contracts.ts';
import type { Machine, State } from './definition.ts';
import { ExpressionRefused, isExpression } from './expressions.ts';
import { readResource } from './integrations.ts';
import { compileTemplate } from './templates.ts';
import type { Template } from './templates.ts';

const LONGEST_WAIT_SECONDS = 99_999_999;
const LONGEST_RETRY_DELAY_SECONDS = 31_622_400;

/** Whatever throws a refusal becomes a fault of the definition, beside all others. */
function template(location: string, form: z.ZodType = z.unknown()) {
  return form.transform((json, context): Template => {
    try {
      return compileTemplate(json, location);
    } catch (error) {
      if (!(error instanceof ExpressionRefused)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

/** A field that takes a value of its own kind, or an expression that makes one. */
function valueOrExpression(location: string, value: z.ZodType) {
  const expression = z.string().refine(isExpression, { error: 'only text between {% and %} is evaluated' });
  return template(location, z.union([value, expression]));
}

const text = z.string();
const seconds = z.number().int().positive().max(LONGEST_WAIT_SECONDS);
const stateName = z.string().min(1).max(80);
const common = { Comment: text.optional(), QueryLanguage: z.literal('JSONata').optional() };
const end = z.literal(true).optional();
const transition = { Next: stateName.optional(), End: end };
const assignNames = z
  .record(
    z
      .string()
      .regex(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u, 'not a variable name')
      .max(80),
    z.unknown(),
  )
  .refine((assign) => !('states' in assign), { error: '$states is reserved' });
const assignment = {
  Output: template('Output').optional(),
  Assign: template('Assign', assignNames).optional(),
};

const errorNames = z.array(z.string().min(1)).min(1);
const Retrier = z.strictObject({
  ErrorEquals: errorNames,
  Comment: text.optional(),
  IntervalSeconds: seconds.default(1),
  MaxAttempts: z.number().int().min(0).max(LONGEST_WAIT_SECONDS).default(3),
  BackoffRate: z.number().min(1).default(2),
  MaxDelaySeconds: z.number().int().positive().max(LONGEST_RETRY_DELAY_SECONDS).optional(),
  JitterStrategy: z.enum(['NONE', 'FULL']).default('NONE'),
});
const Catcher = z.strictObject({
  ErrorEquals: errorNames,
  Comment: text.optional(),
  Next: stateName,
  ...assignment,
});
const errorHandling = { Retry: z.array(Retrier).default([]), Catch: z.array(Catcher).default([]) };

const Task = z.strictObject({
  Type: z.literal('Task'),
  ...common,
  ...transition,
  ...assignment,
  ...errorHandling,
  Resource: text,
  Arguments: template('Arguments').optional(),
  TimeoutSeconds: valueOrExpression('TimeoutSeconds', seconds).optional(),
  HeartbeatSeconds: valueOrExpression('HeartbeatSeconds', seconds).optional(),
});

const Pass = z.strictObject({ Type: z.literal('Pass'), ...common, ...transition, ...assignment });

const Wait = z
  .strictObject({
    Type: z.literal('Wait'),
    ...common,
    ...transition,
    ...assignment,
    Seconds: valueOrExpression('Seconds', z.number().int().min(0).max(LONGEST_WAIT_SECONDS)).optional(),
    Timestamp: valueOrExpression('Timestamp', z.iso.datetime({ offset: true })).optional(),
  })
  .refine((wait) => (wait.Seconds === undefined) !== (wait.Timestamp === undefined), {
    error: 'a Wait state needs exactly one of Seconds and Timestamp',
  });

const ChoiceRule = z.strictObject({
  Comment: text.optional(),
  Condition: valueOrExpression('Condition', z.boolean()),
  Next: stateName,
  ...assignment,
});
const Choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...assignment,
  Choices: z.array(ChoiceRule).min(1),
  Default: stateName.optional(),
});

const Succeed = z.strictObject({
  Type: z.literal('Succeed'),
  ...common,
  Output: template('Output').optional(),
});
const Fail = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  Error: template('Error', text).optional(),
  Cause: template('Cause', text).optional(),
});

const machineFields = {
  StartAt: stateName,
  States: z.record(
    stateName,
    z.lazy((): z.ZodType<State> => AnyState),
  ),
};

const Parallel = z.strictObject({
  Type: z.literal('Parallel'),
  ...common,
  ...transition,
  ...assignment,
  ...errorHandling,
  Arguments: template('Arguments').optional(),
  Branches: z
    .array(z.strictObject({ Comment: text.optional(), ...machineFields }).transform(machineOf))
    .min(1),
});

const MapShape = z.strictObject({
  Type: z.literal('Map'),
  ...common,
  ...transition,
  ...assignment,
  ...errorHandling,
  Items: valueOrExpression('Items', z.array(z.unknown())).optional(),
  ItemSelector: template('ItemSelector').optional(),
  MaxConcurrency: valueOrExpression('MaxConcurrency', z.number().int().min(0)).optional(),
  ItemProcessor: z
    .strictObject({
      Comment: text.optional(),
      ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
      ...machineFields,
    })
    .transform(machineOf),
});

const Typed = z.looseObject({
  Type: z.string(),
  QueryLanguage: z.unknown().optional(),
  ItemProcessor: z.unknown().optional(),
});
const Distributed = z.looseObject({ ProcessorConfig: z.looseObject({ Mode: z.literal('DISTRIBUTED') }) });

const shapes = z.discriminatedUnion('Type', [Task, Pass, Wait, Choice, Succeed, Fail, Parallel, MapShape]);

const AnyState: z.ZodType<State> = z
  .unknown()
  .transform((json) => {
    refuseUnsimulated(json);
    return json;
  })
  .pipe(shapes)
  .transform((state, context): State => {
    const needsTransition = state.Type !== 'Choice' && state.Type !== 'Succeed' && state.Type !== 'Fail';
    if (needsTransition && (state.Next === undefined) === (state.End === undefined)) {
      context.addIssue({ code: 'custom', message: 'a state needs exactly one of Next and "End": true' });
    }
    return complete(state, (message) => context.addIssue({ code: 'custom', message }));
  });

/** Fields that may be absent become members that are always there. */
function complete(state: z.output<typeof shapes>, report: (message: string) => void): State {
  const base = { Next: undefined, Output: undefined, Assign: undefined };
  switch (state.Type) {
    case 'Task': {
      const integration = readResource(state.Resource);
      if (typeof integration === 'string') {
        report(integration);
        return { ...base, Type: 'Pass' };
      }
      return {
        ...base,
        Arguments: undefined,
        TimeoutSeconds: undefined,
        HeartbeatSeconds: undefined,
        ...state,
        integration,
        ...handlers(state),
      };
    }
    case 'Pass':
      return { ...base, ...state };
    case 'Wait':
      return { ...base, Seconds: undefined, Timestamp: undefined, ...state };
    case 'Choice':
      return {
        ...base,
        Default: undefined,
        ...state,
        Choices: state.Choices.map((rule) => ({ ...base, ...rule })),
      };
    case 'Succeed':
      return { Output: undefined, ...state };
    case 'Fail':
      return { Error: undefined, Cause: undefined, ...state };
    case 'Parallel':
      return { ...base, Arguments: undefined, ...state, ...handlers(state) };
    case 'Map':
      return {
        ...base,
        Items: undefined,
        ItemSelector: undefined,
        MaxConcurrency: undefined,
        ...state,
        ...handlers(state),
      };
  }
}

function handlers(state: { Retry: z.output<typeof Retrier>[]; Catch: z.output<typeof Catcher>[] }) {
  return {
    Retry: state.Retry.map((retrier) => ({ MaxDelaySeconds: undefined, ...retrier })),
    Catch: state.Catch.map((catcher) => ({ Output: undefined, Assign: undefined, ...catcher })),
  };
}

function machineOf(machine: { StartAt: string; States: Record<string, State> }): Machine {
  return { StartAt: machine.StartAt, States: new Map(Object.entries(machine.States)) };
}

/** What AWS would run and this interpreter does not. */
function refuseUnsimulated(json: unknown): void {
  const typed = Typed.safeParse(json);
  if (!typed.success) return;
  const state = typed.data;
  const refuse = (what: string): never => {
    throw new NotSimulatedError(`The state machine interpreter does not run ${what}.`);
  };
  if (state.QueryLanguage === 'JSONPath') refuse('states in JSONPath: set QueryLanguage to JSONata');
  if (state.Type === 'Task' && 'Credentials' in state) refuse('Task states with Credentials');
  if (state.Type !== 'Map') return;
  if (Distributed.safeParse(state.ItemProcessor).success) refuse('Map states in distributed mode');
  for (const field of [
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
    'ToleratedFailurePercentage',
    'ToleratedFailureCount',
    'Label',
  ]) {
    if (field in state) refuse(`Map states with ${field}, which belongs to distributed mode`);
  }
}

/** A whole definition. */
export const DefinitionSchema = z
  .strictObject({
    Comment: text.optional(),
    Version: z.literal('1.0').optional(),
    QueryLanguage: z.literal('JSONata'),
    TimeoutSeconds: seconds.optional(),
    ...machineFields,
  })
  .transform((definition) => ({ ...machineOf(definition), timeoutSeconds: definition.TimeoutSeconds }));
