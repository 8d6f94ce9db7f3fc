import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';

const Applications = z.array(z.object({ id: z.string() }));

/** A driver, as YARN would know its application. */
export interface TrackedDriver {
  /** e.g. `http://127.0.0.1:40123`; undefined: it does not serve its pages yet */
  url: string | undefined;
  state: 'RUNNING' | 'FINISHED' | 'FAILED';
}

/**
 * YARN's ResourceManager as far as a progress reporter asks it: which applications there are, and their drivers' pages
 * through its proxy. A standalone master has neither, and drivers serve their pages themselves.
 */
export class YarnFacade {
  readonly #drivers: TrackedDriver[] = [];
  readonly #ids = new Map<TrackedDriver, string>();
  readonly #server: Server = createServer((request, response) => this.#answer(request.url ?? '/', response));

  /** @returns where it listens, on the loopback interface */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  track(driver: TrackedDriver): void {
    this.#drivers.push(driver);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(path: string, response: ServerResponse): void {
    const [, applicationId, rest] = /^\/proxy\/([^/]+)(\/.*)$/.exec(path) ?? [];
    if (applicationId !== undefined && rest !== undefined)
      return this.#forward(applicationId, rest, response);
    if (!path.startsWith('/ws/v1/cluster/apps')) return void response.writeHead(404).end();
    this.#withIds(() => {
      const app = this.#drivers.flatMap((driver) => {
        const id = this.#ids.get(driver);
        return id === undefined ? [] : [{ id, applicationType: 'SPARK', state: driver.state }];
      });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ apps: app.length === 0 ? null : { app } }));
    });
  }

  #forward(applicationId: string, path: string, response: ServerResponse): void {
    const driver = this.#drivers.find((candidate) => this.#ids.get(candidate) === applicationId);
    if (driver?.url === undefined) return void response.writeHead(502).end();
    get(driver.url + path, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' });
      answer.pipe(response);
    }).once('error', () => response.destroy());
  }

  /** A driver's page tells what its application is called. */
  #withIds(then: () => void): void {
    const unnamed = this.#drivers.filter(
      (driver) => driver.url !== undefined && driver.state === 'RUNNING' && !this.#ids.has(driver),
    );
    let open = unnamed.length;
    if (open === 0) return then();
    const settled = (): void => {
      open -= 1;
      if (open === 0) then();
    };
    for (const driver of unnamed) {
      get(`${driver.url ?? ''}/api/v1/applications`, (answer) => {
        collect(answer, (text) => {
          const [application] = parsed(text);
          if (application !== undefined) this.#ids.set(driver, application.id);
          settled();
        });
      }).once('error', settled);
    }
  }
}

function parsed(text: string): z.output<typeof Applications> {
  try {
    return Applications.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return []; // a driver that is only starting says so in words
  }
}

function collect(answer: IncomingMessage, then: (text: string) => void): void {
  let text = '';
  answer
    .setEncoding('utf8')
    .on('data', (chunk) => (text += String(chunk)))
    .once('close', () => then(text));
}
