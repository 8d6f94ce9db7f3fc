/** What stands between real Spark and the product, without Spark. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Lake } from '../../simulator/real-spark/lake.ts';
import { Programs } from '../../simulator/real-spark/programs.ts';
import { RealApplication } from '../../simulator/real-spark/real-application.ts';
import { StandaloneCluster } from '../../simulator/real-spark/standalone-cluster.ts';
import { YarnFacade, type TrackedDriver } from '../../simulator/real-spark/yarn-facade.ts';
import type { ApplicationEnd, ApplicationRequest } from '../../simulator/world/spark/running-application.ts';
import type { S3Service } from '../../simulator/services/s3/service.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => cleanUp.splice(0).forEach((each) => each()));

describe('YARN’s pages before a standalone master', () => {
  async function listening() {
    const facade = new YarnFacade();
    const url = await facade.listen();
    cleanUp.push(() => facade.close());
    const ask = async (path: string) => {
      const answer = await fetch(url + path);
      return { status: answer.status, body: answer.ok ? await answer.json() : null };
    };
    return { facade, ask };
  }

  async function driver(): Promise<TrackedDriver> {
    const server = createServer((request, response) => {
      const stages = request.url?.endsWith('/app-1/stages') === true;
      response.end(JSON.stringify(stages ? [{ stageId: 7 }] : [{ id: 'app-1' }]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { url: `http://127.0.0.1:${port}`, state: 'RUNNING' };
  }

  it('list no application while there is none, and one by its driver’s name as soon as that serves pages', async () => {
    const { facade, ask } = await listening();
    const starting: TrackedDriver = { url: undefined, state: 'RUNNING' };
    facade.track(starting);
    expect((await ask('/ws/v1/cluster/apps?applicationTypes=SPARK')).body).toEqual({ apps: null });
    starting.url = (await driver()).url;
    const { body } = await ask('/ws/v1/cluster/apps');
    expect(body.apps.app).toEqual([{ id: 'app-1', applicationType: 'SPARK', state: 'RUNNING' }]);
  });

  it('hand questions on to the driver, and remember the application when that is gone', async () => {
    const { facade, ask } = await listening();
    const tracked = await driver();
    facade.track(tracked);
    await ask('/ws/v1/cluster/apps');
    expect((await ask('/proxy/app-1/api/v1/applications/app-1/stages')).body).toEqual([{ stageId: 7 }]);
    expect((await ask('/proxy/app-2/api/v1/applications')).status).toBe(502);
    tracked.state = 'FINISHED';
    cleanUp.splice(1).forEach((each) => each());
    expect((await ask('/ws/v1/cluster/apps')).body.apps.app[0].state).toBe('FINISHED');
  });
});

describe('a step whose standalone master ends', () => {
  const MASTER = 'org.apache.spark.deploy.master.Master';

  /** Shell scripts in place of Spark's: the master does as told, workers and drivers run on for ever. */
  function machine(master: string) {
    const directory = mkdtempSync(join(tmpdir(), 'spark-'));
    const programs = new Programs();
    cleanUp.push(() => programs.close());
    cleanUp.push(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
    const script = (name: string, text: string) =>
      writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    script('spark-class', `[ "$1" = ${MASTER} ] || exec sleep 600\n${master}`);
    script('spark-submit', `touch ${directory}/submitted; exec sleep 600`);
    const home = { sparkBin: directory, toolsBin: directory };
    const cluster = new StandaloneCluster(programs, home, join(directory, 'cluster'));
    cleanUp.unshift(() => cluster.stop());
    const run = () =>
      new Promise<ApplicationEnd>((resolve) => {
        const ground = {
          ...{ programs, home, cluster, directory, programFile: 'program.py' },
          ...{ lake: new Lake(directory), track: () => {}, deliver: (task: () => void) => task() },
        };
        const request = { conf: {}, args: [], stepName: 'count' } as unknown as ApplicationRequest;
        new RealApplication(request, ground, resolve);
      });
    return { cluster, run, directory };
  }

  const DIES_ONCE_SUBMITTED = (directory: string) =>
    `while [ ! -e ${directory}/submitted ]; do sleep 0.05; done`;

  it('fails with the reason while its driver still asks for the master', async () => {
    const words = 'java.lang.OutOfMemoryError: Java heap space';
    const { run } = machine(
      `echo spark://127.0.0.1:1; ${DIES_ONCE_SUBMITTED('"$(dirname "$0")"')}; echo ${words} >&2; exit 3`,
    );
    const { succeeded, reason } = await run();
    expect(succeeded).toBe(false);
    expect(reason).toContain(`Spark's standalone master ended with code 3. ${words} Its log is `);
  });

  it('fails when the master never came up, and so do steps that are submitted later', async () => {
    const { run } = machine('echo "Error: no such main class"; exit 1');
    expect((await run()).reason).toContain('master ended with code 1. Error: no such main class');
    expect((await run()).reason).toContain('master ended with code 1. Error: no such main class');
  });

  it('says that a signal ended it', async () => {
    const { run } = machine('echo spark://127.0.0.1:1; kill -9 $$');
    expect((await run()).reason).toContain('master ended with a signal.');
  });

  it('does not take a cluster that was stopped for one that was lost', async () => {
    const { cluster, run } = machine('echo spark://127.0.0.1:1; exec sleep 600');
    const ended = run();
    await new Promise<void>((resolve) => cluster.ready(() => resolve()));
    const lost: string[] = [];
    cluster.lost((reason) => void lost.push(reason));
    cluster.stop();
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 300))]);
    expect(lost).toEqual([]);
  });
});

describe('folders in place of buckets', () => {
  function lake() {
    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    cleanUp.push(() => rmSync(directory, { recursive: true, force: true }));
    return new Lake(directory);
  }

  it('stand in a program’s arguments where addresses of S3 stood', () => {
    const here = lake();
    const { directory } = here;
    expect(here.argument('s3://data/orders/')).toBe(`file://${directory}/data/orders/`);
    expect(here.argument('--input=s3a://data/a')).toContain(`--input=file://${directory}/data/a`);
    expect(here.argument('20')).toBe('20');
  });

  it('are shown in the simulated S3 file by file, without Hadoop’s check sums', () => {
    const here = lake();
    const folder = here.makeFolder('s3://results/run/1/');
    mkdirSync(join(folder, 'part=1'));
    writeFileSync(join(folder, 'part=1', 'a.parquet'), 'abc');
    writeFileSync(join(folder, 'part=1', '.a.parquet.crc'), 'x');
    writeFileSync(join(folder, '_SUCCESS'), '');
    const shown: [string, string, number][] = [];
    const s3 = { putSparse: (...object: [string, string, number]) => shown.push(object) };
    here.show(s3 as unknown as S3Service, 's3://results/run/1', 'sizes');
    expect(shown).toEqual([
      ['results', 'run/1/_SUCCESS', 0],
      ['results', 'run/1/part=1/a.parquet', 3],
    ]);
  });
});
