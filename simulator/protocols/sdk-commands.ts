/** What an SDK command asks for, without a client to serialise it. */
import { NotSimulatedError } from '../contracts.ts';
import { isMembers, type Members } from './http-message.ts';

/** A command's call: a service's operation by the simulator's names, and its input as the command was given it. */
export interface SentCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

type Perform = (call: SentCall) => Promise<Members>;

/** the SDK describes an operation by a tuple that begins with kind, namespace and name */
const OPERATION_KIND = 9;
/** simulated services by the SDK's namespaces, where they differ */
const SERVICES: Readonly<Record<string, string>> = { servicequotas: 'service-quotas' };

/**
 * Carries a command out. A command of the document client wraps one of its service's client, and turns items to
 * attribute values and back by itself.
 *
 * @param translateConfig  how documents are marshalled, as `DynamoDBDocumentClient.from` takes it
 * @throws NotSimulatedError when it is no command of a known form
 */
export async function perform(
  command: object,
  translateConfig: object | undefined,
  call: Perform,
): Promise<unknown> {
  const inner = member(command, 'clientCommand');
  if (!isMembers(inner)) return call(callOf(command));
  const { service, operation, input } = callOf(inner);
  const last: Handler = async (args) => ({ output: await call({ service, operation, input: args.input }) });
  const handler = marshallingOf(command, inner, translateConfig).reduceRight<Handler>(
    (next, middleware) => middleware(next, {}),
    last,
  );
  return (await handler({ input })).output;
}

type Handler = (args: { readonly input: unknown }) => Promise<{ output: unknown }>;
type Middleware = (next: Handler, context: object) => Handler;

/** What a document command would add to its client's middleware: its marshalling, outermost first. */
function marshallingOf(command: object, inner: object, translateConfig: object | undefined): Middleware[] {
  const added: Middleware[] = [];
  Reflect.set(inner, 'middlewareStack', {
    addRelativeTo: (middleware: Middleware) => added.push(middleware),
  });
  const add = member(command, 'addMarshallingMiddleware');
  if (typeof add !== 'function') throw unknownForm(command);
  Reflect.apply(add, command, [{ translateConfig }]);
  return added;
}

function callOf(command: object): SentCall {
  const schema = member(command, 'schema');
  const parts: readonly unknown[] = Array.isArray(schema) ? schema : [];
  const [kind, namespace, operation] = parts;
  if (kind !== OPERATION_KIND || typeof namespace !== 'string' || typeof operation !== 'string') {
    throw unknownForm(command);
  }
  const name = namespace.slice(namespace.lastIndexOf('.') + 1);
  return { service: SERVICES[name] ?? name, operation, input: member(command, 'input') };
}

function member(owner: object, name: string): unknown {
  return Reflect.get(owner, name);
}

function unknownForm(command: object): NotSimulatedError {
  return new NotSimulatedError(
    `${command.constructor.name} is no SDK command of a known form; allowed: commands that carry their schema`,
  );
}
