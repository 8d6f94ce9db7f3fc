import type { Alarm, AlarmFamily, AlarmPlace } from '../../core/contracts/alarm.ts';
import type { FleetView } from '../../core/incidents/apply-alarms.ts';
import { seededRng, type Rng } from '../../core/numerics/rng.ts';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_HOUR } from '../../core/units.ts';

/** An hour in which much goes wrong, and the fleet in which it does. */
export interface AlarmStorm {
  readonly fleet: FleetView;
  /** in the order of arrival: not that of time, some twice */
  readonly alarms: readonly Alarm[];
  /** number of troubles that were made */
  readonly troubles: number;
}

const JOBS = 400;
const INSTANCES_PER_JOB = 25;
const TYPES = Array.from({ length: 20 }, (_, i) => `type-${i}`);
const ZONES = ['a', 'b', 'c', 'd'] as const;
const START = Date.UTC(2026, 0, 5, 2);
const RULES: readonly (readonly [rule: string, family: AlarmFamily])[] = [
  ['spot-reclaim', 'capacity'],
  ['node-lost', 'capacity'],
  ['input-bad', 'data'],
  ['executor-out-of-memory', 'memory'],
  ['s3-slow-down', 'access'],
  ['late', 'symptom'],
  ['AppsPending', 'symptom'],
];
const TROUBLES = 300;
const TWICE_SHARE = 0.05;

/** A storm of so many alarms. Same seed, same storm. */
export function alarmStorm(count: number, seed: string): AlarmStorm {
  const rng = seededRng(seed);
  const fleet = fleetOf();
  const troubles = Array.from({ length: TROUBLES }, () => troubleOf(rng));
  const alarms = Array.from({ length: count }, () => {
    const trouble = troubles[Math.floor(rng() * troubles.length)];
    return trouble?.() ?? troubleOf(rng)();
  });
  const twice = alarms.filter(() => rng() < TWICE_SHARE);
  return { fleet, troubles: TROUBLES, alarms: [...alarms.slice(twice.length), ...twice] };
}

/** One rule at one job, or the reclaim of one type in one zone, from some second of the hour on. */
function troubleOf(rng: Rng): () => Alarm {
  const [rule = 'late', family = 'symptom'] = RULES[Math.floor(rng() * RULES.length)] ?? [];
  const home = Math.floor(rng() * JOBS);
  const lastsSeconds = 60 + rng() * 1200;
  const fromSeconds = rng() * (SECONDS_PER_HOUR - lastsSeconds);
  const type = Math.floor(rng() * TYPES.length);
  return () => {
    const at = START + (fromSeconds + rng() * lastsSeconds) * MILLISECONDS_PER_SECOND;
    // jobs of a zone are as many apart as there are zones; a job's instances of a type as many as there are types
    const far = ZONES.length * Math.floor((rng() * JOBS) / ZONES.length);
    const job = rule === 'spot-reclaim' ? (home + far) % JOBS : home;
    const instance =
      rule === 'spot-reclaim'
        ? (type + TYPES.length - (job % TYPES.length)) % TYPES.length
        : Math.floor(rng() * INSTANCES_PER_JOB);
    const place: AlarmPlace =
      rule === 'spot-reclaim' || rng() < 0.8 ? { instanceId: `i-${job}-${instance}` } : { job: `job-${job}` };
    return {
      rule,
      source: 'storm',
      at: new Date(at).toISOString(),
      state: rng() < 0.1 ? 'resolved' : 'firing',
      level: rng() < 0.05 ? 'critical' : 'warning',
      family,
      place,
      says: `${rule} at ${place.instanceId ?? place.job ?? 'nowhere'}`,
    };
  };
}

function fleetOf(): FleetView {
  const jobs = Array.from({ length: JOBS }, (_, i) => i);
  const instances = jobs.flatMap((job) =>
    Array.from({ length: INSTANCES_PER_JOB }, (_, i) => ({
      id: `i-${job}-${i}`,
      clusterId: `j-${job}`,
      fleet: i === 0 ? 'primary' : 'task',
      instanceType: TYPES[(job + i) % TYPES.length] ?? '',
      zone: ZONES[job % ZONES.length] ?? 'a',
    })),
  );
  const countBy = (keyOf: (one: (typeof instances)[number]) => string) => {
    const counts = new Map<string, number>();
    for (const one of instances) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
    return counts;
  };
  const datasetOf = (job: number) => `data-${Math.floor(job / 2)}`;
  return {
    topology: {
      jobs: new Map(jobs.map((job) => [`job-${job}`, { reads: [datasetOf(job)], writes: [`out-${job}`] }])),
      clusters: new Map(jobs.map((job) => [`j-${job}`, { job: `job-${job}`, runKey: `job-${job}@night` }])),
      instances: new Map(instances.map(({ id, ...where }) => [id, where])),
    },
    population: {
      instances: instances.length,
      byType: countBy(({ instanceType }) => instanceType),
      byZone: countBy(({ zone }) => zone),
      jobs: JOBS,
      jobsByRule: new Map(RULES.map(([rule]) => [rule, TROUBLES / RULES.length])),
      jobsByDataset: new Map(jobs.map((job) => [datasetOf(job), 2])),
    },
  };
}
