import type { EMRClientConfig } from '@aws-sdk/client-emr';
import type { Clients } from '../runtime/clients.ts';

type RequestHandler = NonNullable<EMRClientConfig['requestHandler']>;

/** What every SDK client of a function is made with. Credentials and endpoint come from the environment. */
export function clientSettings(clients: Clients): { region: string; requestHandler?: RequestHandler } {
  const { region, requestHandler } = clients;
  if (requestHandler === undefined) return { region };
  if (!isRequestHandler(requestHandler)) {
    throw new TypeError('An injected requestHandler needs a method handle(request, options).');
  }
  return { region, requestHandler };
}

function isRequestHandler(candidate: unknown): candidate is RequestHandler {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    'handle' in candidate &&
    typeof candidate.handle === 'function'
  );
}
