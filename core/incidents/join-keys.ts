import type { Alarm, AlarmFamily, AlarmPlace } from '../contracts/alarm.ts';
import { completePlace, datasetsOf, type Topology } from './topology.ts';

/** How common things are: the fleet's own denominator, against which sharing one means little or much. */
export interface Population {
  readonly instances: number;
  /** instances by type, and by zone */
  readonly byType: ReadonlyMap<string, number>;
  readonly byZone: ReadonlyMap<string, number>;
  /** jobs that read or write a data set */
  readonly jobs: number;
  readonly jobsByDataset: ReadonlyMap<string, number>;
  /** jobs at which a rule fires in a usual hour; a rule that is not there is rare */
  readonly jobsByRule: ReadonlyMap<string, number>;
}

/** Something an alarm has that another may share. */
interface Handle {
  readonly name: string;
  readonly bits: number;
}

/** Alarms that share as many bits are one trouble: by chance one pair in 64 would. */
const JOIN_BITS = 6;
/** A job may read hundreds of data sets: an alarm leads to its run, cluster, job and the first of them. */
const KEYS_OF_ALARM_MAX = 50;
/** What a rare rule tells at most. Of machines it takes a zone or a type beside it; a service's is enough alone. */
const MOST_RULE_BITS: Readonly<Partial<Record<AlarmFamily, number>>> = {
  capacity: JOIN_BITS - 1,
  access: JOIN_BITS,
  control: JOIN_BITS,
};

/**
 * What leads an alarm to others of its incident. Two alarms belong together when they share one key.
 *
 * What alarms share is weighed by its rarity: a cluster, a run or a job is enough alone; a zone, a type, a data set or
 * a rule counts as many bits as it is rare, where its family of troubles spreads by it, and several may be enough. A key is a set of shared
 * things with enough bits of which none could be left out, so "share enough" and "share a key" are the same, and who
 * belongs together depends neither on the order of arrival nor on who asks. Causes of different families share no key:
 * a zone that was taken back and a bad file in one night are two incidents.
 */
export function joinKeys(alarm: Alarm, topology: Topology, population: Population): string[] {
  const handles = handlesOf(alarm, topology, population);
  return minimalSets(handles)
    .slice(0, KEYS_OF_ALARM_MAX)
    .map((set) => `${alarm.family}|${set.join('&')}`);
}

/** What leads a symptom to the incident of its cause: the same run, cluster or job, of any family of causes. */
export function causeKeys(alarm: Alarm, topology: Topology): string[] {
  return identities(completePlace(alarm.place, topology)).flatMap((identity) =>
    CAUSES.map((family) => `${family}|${identity}`),
  );
}

const CAUSES: readonly AlarmFamily[] = ['capacity', 'data', 'memory', 'code', 'access', 'control'];

/** Beside run, cluster and job only what a family of troubles spreads by: pools of machines, data, services. */
function handlesOf(alarm: Alarm, topology: Topology, population: Population): Handle[] {
  const place = completePlace(alarm.place, topology);
  const { instances, byType, byZone, jobs, jobsByDataset, jobsByRule } = population;
  const pool = alarm.family === 'capacity' ? place : {};
  const rule = rarityBits(jobsByRule.get(alarm.rule), jobs);
  const datasets = alarm.family === 'data' ? datasetsOf(place, topology) : [];
  return [
    ...identities(place).map((name) => ({ name, bits: JOIN_BITS })),
    ...datasets.map((dataset) => ({
      name: `dataset=${dataset}`,
      bits: JOIN_BITS - 1 + rarityBits(jobsByDataset.get(dataset), jobs),
    })),
    ...handle('zone', pool.zone, (zone) => rarityBits(byZone.get(zone), instances)),
    ...handle('type', pool.instanceType, (type) => rarityBits(byType.get(type), instances)),
    { name: `rule=${alarm.rule}`, bits: Math.min(MOST_RULE_BITS[alarm.family] ?? 0, rule) },
  ].filter(({ bits }) => bits > 0);
}

function handle(kind: string, value: string | undefined, bitsOf: (value: string) => number): Handle[] {
  return value === undefined ? [] : [{ name: `${kind}=${value}`, bits: bitsOf(value) }];
}

/** Steps and instances lie in what is named here, so they add nothing. */
function identities({ job, runKey, clusterId }: AlarmPlace): string[] {
  return [
    ...(runKey === undefined ? [] : [`run=${runKey}`]),
    ...(clusterId === undefined ? [] : [`cluster=${clusterId}`]),
    ...(job === undefined ? [] : [`job=${job}`]),
  ];
}

/** How surprising it is that two things share a value which `count` of `of` have, in bits; at least 0. */
function rarityBits(count: number | undefined, of: number): number {
  return Math.max(0, -Math.log2(((count ?? 0) + 1) / (of + 2)));
}

/** Sets of handles with enough bits from which none can be left out. */
function minimalSets(handles: readonly Handle[]): string[][] {
  const alone = handles.filter(({ bits }) => bits >= JOIN_BITS);
  const weak = handles.filter(({ bits }) => bits < JOIN_BITS).sort((a, b) => (a.name < b.name ? -1 : 1));
  const sets: string[][] = alone.map(({ name }) => [name]);
  const grow = (from: number, chosen: readonly Handle[], bits: number) => {
    for (let i = from; i < weak.length; i += 1) {
      const handle = weak[i];
      if (handle === undefined) continue;
      const [set, total] = [[...chosen, handle], bits + handle.bits];
      if (total < JOIN_BITS) grow(i + 1, set, total);
      else if (set.every((one) => total - one.bits < JOIN_BITS)) sets.push(set.map(({ name }) => name));
    }
  };
  grow(0, [], 0);
  return sets;
}
