import * as z from 'zod';

const s3Prefix = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]+\/.*\/$/, { error: 's3://bucket/prefix/ ending in a slash' });

/** A data set that somebody else writes to S3, day by day or week by week. */
export const DataSet = z.strictObject({
  name: z.string().min(1),
  /** `{{date}}` is the day the data is about, YYYY-MM-DD; without it each delivery replaces the one before */
  uri: s3Prefix,
  baseGib: z.number().positive(),
  /** relative growth per day: 0.002 doubles in about a year */
  dailyGrowth: z.number().min(-0.1).max(0.1).default(0),
  /** Monday to Sunday, by the day the data is about */
  weekdayFactors: z.array(z.number().min(0)).length(7).default([1, 1, 1, 1, 1, 1, 1]),
  /** factor on the last two days of a month and the first of the next */
  monthEndFactor: z.number().positive().default(1),
  /** standard deviation of the logarithm of the size */
  noiseSigma: z.number().min(0).max(2).default(0.06),
  /** weekdays on which data comes, 1 = Monday; empty: every day */
  arrivesOnWeekdays: z.array(z.number().int().min(1).max(7)).default([]),
  arrival: z
    .strictObject({
      /** UTC time of day at which data is usually complete */
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .default('01:00'),
      /** days from the day the data is about to the day it arrives: 0 or 1 */
      dayOffset: z.number().int().min(0).max(7).default(1),
      /** mean of an exponential delay after `at` */
      meanDelayMinutes: z.number().min(0).default(10),
    })
    .prefault({}),
  objectCount: z.number().int().min(1).max(2000).default(64),
  /** days of the past that lie in S3 when the world begins */
  pastDays: z.number().int().min(0).max(400).default(3),
  successMarker: z.boolean().default(true),
  /** probabilities per delivery */
  breakages: z
    .strictObject({
      doubled: z.number().min(0).max(1).default(0),
      late: z.number().min(0).max(1).default(0),
      empty: z.number().min(0).max(1).default(0),
      lateHours: z.number().positive().default(3),
    })
    .prefault({}),
});
export type DataSet = z.output<typeof DataSet>;
