import * as z from 'zod';
import { CATALOGUE, instanceTypeByName } from '../market/catalogue.ts';
import { eventBridgeCron } from './event-bridge-cron.ts';
import type { LocatedByPath } from './job-fault.ts';
import { whyReserved } from './reserved-spark-settings.ts';
import { ARRIVAL_VARIABLES, TEMPLATE_VARIABLES, templateVariablesIn } from './template.ts';

/**
 * What a job file's structure cannot say: a cron expression that never parses, a template variable or an
 * instance type that does not exist. Each check reads only its own fields, so that it speaks up even when
 * other parts of the file are broken.
 */
export function semanticFaults(raw: unknown): LocatedByPath[] {
  return [
    cronFaults,
    servingFaults,
    templateFaults,
    sparkFaults,
    familyFaults,
    gpuFaults,
    baselineFaults,
  ].flatMap((check) => check(raw));
}

const Scheduled = z.object({
  start: z.object({ schedule: z.object({ cron: z.string(), timeZone: z.string().default('UTC') }) }),
});

function cronFaults(raw: unknown): LocatedByPath[] {
  const job = Scheduled.safeParse(raw);
  if (!job.success) return [];
  const { cron, timeZone } = job.data.start.schedule;
  try {
    eventBridgeCron(cron, timeZone);
    return [];
  } catch (error) {
    // A wrong time zone is a fault of its own field, reported by the structure.
    if (error instanceof RangeError) return [];
    const allowed = error instanceof Error ? error.message : String(error);
    return [{ path: ['start', 'schedule', 'cron'], found: JSON.stringify(cron), allowed }];
  }
}

function servingFaults(raw: unknown): LocatedByPath[] {
  const serving = z.object({ task: z.literal('serving'), start: z.looseObject({}) }).safeParse(raw);
  if (!serving.success || 'schedule' in serving.data.start) return [];
  return [
    {
      path: ['start'],
      found: `start.${Object.keys(serving.data.start).join(', ')} in a serving job`,
      allowed: 'start.schedule: a serving job is a daily capacity window',
    },
  ];
}

function templateFaults(raw: unknown): LocatedByPath[] {
  const arrives = z.object({ start: z.object({ dataArrival: z.unknown() }) }).safeParse(raw).success;
  const known = Object.keys(TEMPLATE_VARIABLES).filter(
    (name) => arrives || !ARRIVAL_VARIABLES.some((arrival) => arrival === name),
  );
  return textsOf(raw, []).flatMap(({ path, text }) =>
    templateVariablesIn(text)
      .filter((name) => !known.includes(name))
      .map((name) => ({ path, found: `{{ ${name} }}`, allowed: known.join(', ') })),
  );
}

const Configured = z.object({
  spark: z.unknown().optional(),
  steps: z.array(z.object({ spark: z.unknown().optional() }).catch({})).catch([]),
});

function sparkFaults(raw: unknown): LocatedByPath[] {
  const job = Configured.safeParse(raw);
  if (!job.success) return [];
  const places = [
    { path: ['spark'], settings: job.data.spark },
    ...job.data.steps.map(({ spark }, i) => ({ path: ['steps', i, 'spark'], settings: spark })),
  ];
  return places.flatMap(({ path, settings }) => {
    if (typeof settings !== 'object' || settings === null) return [];
    return Object.keys(settings).flatMap((key) => {
      const reason = whyReserved(key);
      return reason === undefined
        ? []
        : [{ path: [...path, key], found: `the setting ${key}`, allowed: `any other setting: ${reason}` }];
    });
  });
}

function textsOf(
  value: unknown,
  path: readonly PropertyKey[],
): { path: readonly PropertyKey[]; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => textsOf(item, [...path, i]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key]));
}

function familyFaults(raw: unknown): LocatedByPath[] {
  const job = z.object({ capacity: z.object({ families: z.array(z.string()) }) }).safeParse(raw);
  if (!job.success) return [];
  const known = [...new Set(CATALOGUE.map((type) => type.family))];
  return job.data.capacity.families.flatMap((family, i) =>
    known.includes(family)
      ? []
      : [{ path: ['capacity', 'families', i], found: JSON.stringify(family), allowed: known.join(' ') }],
  );
}

/** EMR's YARN hands out GPUs, and Spark asks for them, only with settings that a run does not make yet. */
function gpuFaults(raw: unknown): LocatedByPath[] {
  const job = z.object({ capacity: z.object({ gpu: z.literal(true) }) }).safeParse(raw);
  if (!job.success) return [];
  return [
    {
      path: ['capacity', 'gpu'],
      found: 'true',
      allowed:
        'false: Spark would get no GPU on the nodes paid for, as YARN is not set up to hand them out; run the job on CPU families',
    },
  ];
}

function baselineFaults(raw: unknown): LocatedByPath[] {
  const job = z.object({ baseline: z.object({ instanceType: z.string() }) }).safeParse(raw);
  if (!job.success || instanceTypeByName(job.data.baseline.instanceType) !== undefined) return [];
  const { instanceType } = job.data.baseline;
  const family = instanceType.split('.')[0] ?? '';
  const kin = CATALOGUE.filter((type) => type.family === family).map((type) => type.name);
  return [
    {
      path: ['baseline', 'instanceType'],
      found: JSON.stringify(instanceType),
      allowed: kin.length > 0 ? kin.join(' ') : 'an instance type that EMR supports, such as m5.2xlarge',
    },
  ];
}
