import type { EMRClientConfig } from '@aws-sdk/client-emr';
import type { Clients } from '../runtime/clients.ts';

type RequestHandler = NonNullable<EMRClientConfig['requestHandler']>;

interface ClientSettings extends Pick<Clients, 'region'> {
  credentials?: NonNullable<Clients['credentials']>;
  endpoint?: string;
  requestHandler?: RequestHandler;
}

/** What every SDK client is made with. In a function, credentials and endpoint come from the environment. */
export function clientSettings(clients: Clients): ClientSettings {
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

function isRequestHandler(candidate: unknown): candidate is RequestHandler {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    'handle' in candidate &&
    typeof candidate.handle === 'function'
  );
}
