import * as z from 'zod';
import { Instant } from './quantities.ts';

export const AlarmLevel = z.enum(['info', 'warning', 'critical']);
export type AlarmLevel = z.infer<typeof AlarmLevel>;

/** What sort of trouble an alarm tells of. Everything but `symptom` is a sort of cause. */
export const AlarmFamily = z.enum([
  /** reclaims, missing capacity, lost nodes, quotas, stuck resizes */
  'capacity',
  /** input or output that is empty, late, changed or missing */
  'data',
  /** memory and disks of executors, drivers and nodes */
  'memory',
  /** the program or its settings */
  'code',
  /** permissions, keys, network, throttled services */
  'access',
  /** the project's own functions and state machines */
  'control',
  /** slow, late, failed, expensive: what any of the others may bring */
  'symptom',
]);
export type AlarmFamily = z.infer<typeof AlarmFamily>;

const name = z.string().min(1).max(200);

/** Where it is, as far as the source knows. What is not known is left out. */
export const AlarmPlace = z.object({
  job: name.optional(),
  runKey: name.optional(),
  step: name.optional(),
  clusterId: name.optional(),
  fleet: name.optional(),
  instanceId: name.optional(),
  instanceType: name.optional(),
  zone: name.optional(),
  dataset: name.optional(),
});
export type AlarmPlace = z.infer<typeof AlarmPlace>;

/** One notice that something is wrong, or that it is over. */
export const Alarm = z.object({
  /** what was found, by the name of the rule or the metric: `spot-reclaim`, `HDFSUtilization` */
  rule: name,
  /** who found it: `detect`, `emr`, `cloudwatch`, another tool's name */
  source: name,
  at: Instant,
  state: z.enum(['firing', 'resolved']),
  /** whether somebody will say when it is over; absent: it is an event, over when none like it came for a while */
  lasts: z.literal('until-resolved').optional(),
  level: AlarmLevel,
  family: AlarmFamily,
  place: AlarmPlace,
  /** one sentence for people */
  says: z.string().min(1).max(300),
});
export type Alarm = z.infer<typeof Alarm>;

/** An event of this type on the account's default bus brings alarms, whoever puts it there. */
export const ALARMS_DETAIL_TYPE = 'Flarepath Alarms';
/** Sources of alarms that deployments of this project find themselves begin so: each hears its own and no other's. */
export const ALARM_SOURCE_PREFIX = 'flarepath.';
/** The source of the events with which a deployment hands on its own alarms. */
export const alarmSourceOf = (deployment: string): string => `${ALARM_SOURCE_PREFIX}${deployment}`;
/** What an event may bring: with EventBridge's 256 KB there is room for more, not for each at its longest. */
export const ALARMS_PER_EVENT_MAX = 50;

/** The detail of such an event. Without alarms it only asks to look after the incidents there are. */
export const AlarmBatch = z.object({ alarms: z.array(Alarm).max(ALARMS_PER_EVENT_MAX) });
