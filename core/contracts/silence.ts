import * as z from 'zod';
import { AlarmFamily } from './alarm.ts';
import { Instant } from './quantities.ts';

/** Which alarms a rule is about: all that it names must fit. A trailing `*` stands for the rest of a name. */
export const AlarmMatch = z
  .strictObject({
    rule: z.string().min(1).optional(),
    source: z.string().min(1).optional(),
    family: AlarmFamily.optional(),
    job: z.string().min(1).optional(),
    zone: z.string().min(1).optional(),
    instanceType: z.string().min(1).optional(),
    dataset: z.string().min(1).optional(),
  })
  .refine((match) => Object.keys(match).length > 0, {
    error: 'name at least one thing: nothing would match all',
  });
export type AlarmMatch = z.infer<typeof AlarmMatch>;

/** Somebody does not want to hear of something for a while. */
export const Silence = z.strictObject({
  id: z.string().min(1),
  match: AlarmMatch,
  until: Instant,
  by: z.string().min(1).max(200),
  reason: z.string().min(1).max(300),
});
export type Silence = z.infer<typeof Silence>;

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time of day such as 22:30' });

/** Hours of the week in which something wakes nobody. */
export const MuteTime = z.strictObject({
  id: z.string().min(1),
  match: AlarmMatch,
  timeZone: z.string().min(1),
  /** days on which it begins, 1 = Monday; absent: every day */
  weekdays: z.array(z.number().int().min(1).max(7)).min(1).optional(),
  from: clock,
  /** the next day when it is not after `from` */
  until: clock,
});
export type MuteTime = z.infer<typeof MuteTime>;

/** What needs no telling while something else in the same incident is told. */
export const Inhibition = z.strictObject({
  id: z.string().min(1),
  /** while this fires */
  when: AlarmMatch,
  /** this is quiet */
  quiet: AlarmMatch,
});
export type Inhibition = z.infer<typeof Inhibition>;
