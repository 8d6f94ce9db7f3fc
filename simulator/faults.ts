/**
 * Faults are data. A scenario is a seed and a list of these; the part of the simulator that could suffer one
 * asks the kernel whether it is due.
 */
import * as z from 'zod';
import { seededRng } from '../core/numerics/rng.ts';

/** What can go wrong, and what its `match` is compared with. */
const FaultKind = z.enum([
  /** a request is refused with the service's throttling error; match: service, operation, principal */
  'throttle',
  /** a request is answered with an internal error; match: service, operation, principal */
  'server-error',
  /** a request is carried out and its answer lost; match: service, operation, principal */
  'lost-response',
  /** no capacity for an instance; match: instanceType, zone, market */
  'insufficient-capacity',
  /** a pool takes its spot instances back; match: instanceType, zone */
  'reclaim',
  /** a fleet gets only part of its target; match: job, fleet */
  'partial-fleet',
  /** a bootstrap action fails; match: clusterName */
  'bootstrap-failure',
  /** a step fails after `with.share` of its work; match: job, clusterName, step */
  'step-failure',
  /** a resize never completes; match: clusterName, fleet */
  'stuck-resize',
  /** an event or message is delivered twice; match: source, target */
  'duplicate-delivery',
  /** a task token is answered after its time-out; match: stateMachine, state */
  'late-token',
  /** an eventually consistent read misses the last write; match: table */
  'stale-read',
  /** a delivery of data is damaged as `with.form` says: late, empty or doubled; match: dataSet, date */
  'bad-data',
]);

export const Fault = z.strictObject({
  kind: FaultKind,
  /** all must match; `*` stands for any text */
  match: z.record(z.string(), z.string()).default({}),
  probability: z.number().min(0).max(1).default(1),
  /** how many times at most */
  times: z.number().int().positive().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  /** what the asker does with it, e.g. `{seconds: 30}` */
  with: z.record(z.string(), z.unknown()).default({}),
});
export type Fault = z.infer<typeof Fault>;
/** A fault as people write it, before defaults. */
export type FaultInput = z.input<typeof Fault>;

/** The faults of a scenario, ready to be asked for. */
interface FaultSource {
  due(kind: string, subject: Readonly<Record<string, string>>, nowMs: number): Fault['with'] | undefined;
}

/**
 * @param faults  the scenario's list
 * @param seed    decides the draws of faults with a probability, one stream for each fault
 * @throws z.ZodError when a fault is not one of {@link FaultKind} or has unknown members
 */
export function createFaultSource(faults: readonly FaultInput[], seed: string | number): FaultSource {
  const rules = faults.map((input, index) => {
    const fault = Fault.parse(input);
    return {
      fault,
      fromMs: fault.from === undefined ? -Infinity : Date.parse(fault.from),
      untilMs: fault.until === undefined ? Infinity : Date.parse(fault.until),
      match: Object.entries(fault.match).map(([key, pattern]) => ({ key, matches: globMatcher(pattern) })),
      random: seededRng(`${seed}/fault/${index}`),
      left: fault.times ?? Infinity,
    };
  });
  return {
    due(kind, subject, nowMs) {
      for (const rule of rules) {
        const applies =
          rule.fault.kind === kind &&
          rule.left > 0 &&
          nowMs >= rule.fromMs &&
          nowMs < rule.untilMs &&
          rule.match.every(({ key, matches }) => subject[key] !== undefined && matches(subject[key]));
        if (!applies || (rule.fault.probability < 1 && rule.random() >= rule.fault.probability)) continue;
        rule.left -= 1;
        return rule.fault.with;
      }
      return undefined;
    },
  };
}

function globMatcher(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const expression = new RegExp(`^${pattern.split('*').map(escapeRegExp).join('.*')}$`, 's');
  return (text) => expression.test(text);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
