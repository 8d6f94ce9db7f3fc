import type { EMRClientConfig } from '@aws-sdk/client-emr';
import type { Clients } from '../runtime/clients.ts';

type RequestHandler = NonNullable<EMRClientConfig['requestHandler']>;

interface ClientSettings extends Pick<Clients, 'region'> {
  credentials?: NonNullable<Clients['credentials']>;
  endpoint?: string;
  maxAttempts?: number;
  requestHandler?: RequestHandler;
}

type ClientClass<C> = new (settings: ClientSettings) => C;

interface OwnSettings {
  /** undefined: the SDK's own number */
  readonly maxAttempts?: number;
  /** undefined: that of the clients */
  readonly region?: string;
  /** how a document client marshals */
  readonly translateConfig?: object;
}

/**
 * An SDK client. Where something takes commands in the clients' place, only `send` is there, and it goes past the
 * wire: making a client costs more than most of its calls.
 *
 * @param own  settings that are this client's only
 */
export function sdkClient<C extends object>(
  clients: Clients,
  Client: ClientClass<C>,
  own: OwnSettings = {},
): C {
  const { maxAttempts, region, translateConfig } = own;
  const attempts = maxAttempts === undefined ? {} : { maxAttempts };
  if (clients.connect === undefined) {
    return new Client({
      ...clientSettings(clients),
      ...attempts,
      ...(region === undefined ? {} : { region }),
    });
  }
  const send = clients.connect({
    ...attempts,
    ...(translateConfig === undefined ? {} : { translateConfig }),
  });
  const standIn: object = { send };
  Object.setPrototypeOf(standIn, prototypeOf(Client));
  if (!(standIn instanceof Client)) throw new TypeError(`${Client.name} has no prototype to stand in for.`);
  return standIn;
}

/** What every SDK client is made with. In a function, credentials and endpoint come from the environment. */
function clientSettings(clients: Clients): ClientSettings {
  const { region, requestHandler, credentials, endpoint } = clients;
  const own = {
    region,
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  if (requestHandler === undefined) return own;
  if (!isRequestHandler(requestHandler)) {
    throw new TypeError('An injected requestHandler needs a method handle(request, options).');
  }
  return { ...own, requestHandler };
}

function prototypeOf(constructor: object): object | null {
  const prototype: unknown = Reflect.get(constructor, 'prototype');
  return typeof prototype === 'object' ? prototype : null;
}

function isRequestHandler(candidate: unknown): candidate is RequestHandler {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    'handle' in candidate &&
    typeof candidate.handle === 'function'
  );
}
