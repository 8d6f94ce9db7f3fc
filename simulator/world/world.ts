import { epochMilliseconds } from '../../core/units.ts';
import type { Kernel } from '../contracts.ts';
import type { ServiceEvent } from '../services/eventbridge/event.ts';
import { Billing } from './billing.ts';
import { DataArrival, type DataDamage } from './data-arrival.ts';
import { Instances } from './instances.ts';
import { SpotMarket } from './market/market.ts';
import { Reclaims } from './reclaims.ts';
import type { Program, Stage } from './spark/program.ts';
import type { StartApplication } from './spark/running-application.ts';
import type { Storage } from './storage.ts';
import type { WorldFile } from './world-file.ts';

/** The world behind the simulated AWS: what services ask about prices, machines, data and programs. */
export interface World {
  readonly file: WorldFile;
  readonly market: SpotMarket;
  readonly instances: Instances;
  readonly reclaims: Reclaims;
  readonly billing: Billing;
  readonly storage: Storage;
  /** what runs steps in place of the modelled Spark; undefined: nothing does */
  readonly startApplication: StartApplication | undefined;
  /** the file's objects lie there and its data sets begin to arrive; call once, when their buckets exist */
  beginDataArrival(): void;
  /** what is wrong with the data at an address */
  damageOf(uri: string): DataDamage | undefined;
  /** what a step of a job does */
  programOf(
    job: string | undefined,
    task: string | undefined,
    step: string,
  ): { program: Program; stages: readonly Stage[] };
}

/** @param publish  EventBridge's entry for events of AWS services */
export function createWorld(
  kernel: Kernel,
  file: WorldFile,
  storage: Storage,
  publish: (event: ServiceEvent) => void,
  startApplication?: StartApplication,
): World {
  const startMs = epochMilliseconds(`${file.startDate}T00:00:00.000Z`);
  const market = new SpotMarket(kernel, file.market, Object.keys(file.zones), startMs);
  const instances = new Instances(kernel, market);
  const arrival = new DataArrival(kernel, storage, startMs);
  return {
    file,
    market,
    instances,
    reclaims: new Reclaims(kernel, market, instances, publish),
    billing: new Billing(kernel.clock, market, instances),
    storage,
    startApplication,
    beginDataArrival() {
      for (const { uri, text } of file.objects) storage.putText(uri, text);
      arrival.begin(file.dataSets);
    },
    damageOf: (uri) => arrival.damageOf(uri),
    programOf(job, task, step) {
      const program = file.programs[job ?? ''] ?? taskProgram(file, task);
      return { program, stages: program.steps[step] ?? program.stages };
    },
  };
}

function taskProgram(file: WorldFile, task: string | undefined): Program {
  const { taskPrograms } = file;
  const byTask = Object.entries(taskPrograms).find(([name]) => name === task)?.[1];
  return byTask ?? taskPrograms.default;
}
