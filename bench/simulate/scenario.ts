import * as z from 'zod';
import { DeploymentLimits } from '../../core/contracts/control.ts';
import { Fault } from '../../simulator/faults.ts';

const instant = z.iso.datetime();
const jobName = z.string().min(1);

/** One job of a scenario: which of those that are deployed, and what differs from its file. */
const ScenarioJob = z.strictObject({
  name: jobName,
  /** fields of the job file, each in place of the file's */
  settings: z.record(z.string(), z.unknown()).default({}),
  /** when somebody calls for a run; only of a job that a caller starts */
  calls: z.array(instant).default([]),
});
export type ScenarioJob = z.infer<typeof ScenarioJob>;

/** What a person, or another system, does to the account. */
export const Actor = z.discriminatedUnion('kind', [
  /** answers each question of a job's plans, so long after it was asked */
  z.strictObject({
    kind: z.literal('answer'),
    job: jobName,
    approved: z.boolean(),
    afterMinutes: z.number().min(0),
  }),
  /** starts a run that is started anyway, once more */
  z.strictObject({ kind: z.literal('start-again'), job: jobName, scheduledAt: instant, at: instant }),
  /** stops the execution of a run, so long after it began, and then does that */
  z.strictObject({
    kind: z.literal('stop-execution'),
    job: jobName,
    scheduledAt: instant,
    afterMinutes: z.number().min(0),
    then: z.enum(['nothing', 'redrive', 'start']),
    thenAfterMinutes: z.number().min(0),
  }),
  /** nothing is launched in between; `release`: what flies is brought down */
  z.strictObject({ kind: z.literal('kill-switch'), from: instant, until: instant, release: z.boolean() }),
  /** no run of a job, or of any, is launched in between; `resumedAt`: somebody ends it early */
  z.strictObject({
    kind: z.literal('pause'),
    job: jobName.nullable(),
    from: instant,
    until: instant,
    resumedAt: instant.nullable(),
  }),
  /** another deployment in the account launches a cluster like the first of this one's, so long after it */
  z.strictObject({
    kind: z.literal('other-deployment'),
    afterMinutes: z.number().min(0),
    forMinutes: z.number().min(0),
  }),
]);
export type Actor = z.infer<typeof Actor>;

/** A world, what runs in it, what goes wrong and what people do: all that decides how a scenario goes. */
export const Scenario = z.strictObject({
  /** decides every draw of the simulation */
  seed: z.string(),
  startDate: z.iso.date(),
  days: z.number().int().min(1).max(366),
  /** parameters of a world file, without its date */
  world: z.record(z.string(), z.unknown()),
  jobs: z.array(ScenarioJob).min(1),
  /** what the deployment is held to; absent: as it is deployed */
  limits: DeploymentLimits.optional(),
  faults: z.array(Fault).default([]),
  actors: z.array(Actor).default([]),
});
export type Scenario = z.infer<typeof Scenario>;
