/**
 * What AWS clients are made from, and what they are remembered by. Runtime knows nothing of the SDK: the
 * adapters in lambdas/aws make a client at its first use and keep it for as long as this object lives.
 * A reset hands out a new object, so that every client, and the retry quota inside it, begins cold.
 */
export interface Clients {
  readonly region: string;
  /** an SDK request handler that a simulation injects; undefined: the network */
  readonly requestHandler: unknown;
  /** takes commands in the place of SDK clients; undefined: clients send their commands themselves */
  readonly connect: Connect | undefined;
  /** undefined: those of the environment, as the SDK finds them */
  readonly credentials: Credentials | undefined;
  /** undefined: AWS, or what the environment says */
  readonly endpoint: string | undefined;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Makes the `send` of a client that never serialises anything: a simulation in this process takes commands as they are. */
type Connect = (settings: SendSettings) => (command: object) => Promise<unknown>;

interface SendSettings {
  readonly maxAttempts?: number;
  /** how a document client marshals */
  readonly translateConfig?: object;
}

/** Things from outside that a simulation puts in place of the network. */
export interface Seams {
  readonly requestHandler?: unknown;
  readonly connect?: Connect;
  readonly credentials?: Credentials;
  readonly endpoint?: string;
}

/** @param region  where every client calls, e.g. `us-east-1` */
export function createClients(region: string, seams: Seams = {}): Clients {
  const { requestHandler, connect, credentials, endpoint } = seams;
  return { region, requestHandler, connect, credentials, endpoint };
}

/** Makes something once for each `Clients`: a client, a cached document. */
export function oncePerClients<T>(make: (clients: Clients) => T): (clients: Clients) => T {
  const made = new WeakMap<Clients, { readonly value: T }>();
  return (clients) => {
    const known = made.get(clients);
    if (known !== undefined) return known.value;
    const value = make(clients);
    made.set(clients, { value });
    return value;
  };
}
