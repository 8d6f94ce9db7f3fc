/** A server of the shape of YARN's ResourceManager and its proxy, before drivers that answer as Spark 3.5 did. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

export interface SparkAnswers {
  applications: { id: string; attempts: Record<string, unknown>[] }[];
  stages: Record<string, unknown>[];
  executors: Record<string, unknown>[];
}

/** What a driver of Spark 3.5.6 said: `early` with its first stage at work, `late` with two jobs done. */
export function sparkAnswers(when: 'early' | 'late'): SparkAnswers {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'spark-rest', `${when}.json`), 'utf8'));
}

export interface YarnApplication {
  state: string;
  /** undefined: the proxy reaches no driver */
  driver: SparkAnswers | undefined;
}

export class YarnServer {
  /** by YARN's id; what the driver calls itself follows */
  readonly applications = new Map<string, YarnApplication>();
  /** 503 in place of every answer */
  down = false;
  asked = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      const found = this.down ? undefined : this.#answer(request.url ?? '/');
      response.writeHead(found === undefined ? 503 : 200, { 'content-type': 'application/json' });
      response.end(found === undefined ? 'not now' : JSON.stringify(found));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(url: string): unknown {
    if (url.startsWith('/ws/v1/cluster/apps')) {
      const app = [...this.applications].map(([id, { state }]) => ({
        id,
        state,
        applicationType: 'SPARK',
        trackingUrl: `${this.url}/proxy/${id}/`,
      }));
      return { apps: app.length === 0 ? null : { app } };
    }
    const [, id = '', rest = ''] = /^\/proxy\/([^/]+)\/api\/v1\/applications(.*)$/.exec(url) ?? [];
    const driver = this.applications.get(id)?.driver;
    if (driver === undefined) return undefined;
    if (rest === '') return driver.applications.map((application) => ({ ...application, id }));
    const attemptId = driver.applications[0]?.attempts[0]?.attemptId;
    const base = `/${id}${typeof attemptId === 'string' ? `/${attemptId}` : ''}`;
    if (rest === `${base}/stages`) return driver.stages;
    return rest === `${base}/executors` ? driver.executors : undefined;
  }
}
