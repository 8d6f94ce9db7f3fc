import * as z from 'zod';
import { AlarmBatch, ALARMS_DETAIL_TYPE, type Alarm } from '../core/contracts/alarm.ts';
import { alarmOfFailedNet } from '../core/detect/alarms-of.ts';
import { RetryableError } from '../core/errors.ts';
import { alarmsOfEvent } from './aws/alarms-of-event.ts';
import { deployedJobs } from './aws/deployed-jobs.ts';
import { fleetOfMinute, raiseAlarms, settle } from './aws/incidents.ts';
import { liveIncidentIds } from './aws/ledger-open-runs.ts';
import type { Ledger } from './aws/ledger-table.ts';
import { lookAfterIncident } from './aws/look-after-incident.ts';
import {
  commonEnvironment,
  jobsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import { eachDespiteFailures } from './runtime/despite-failures.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Puts alarms into incidents, says why each is and what it puts at stake, does what may be done first, and tells people:
 * one message for an incident, another when it becomes graver, and one when it is over. An event that comes twice
 * changes nothing.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, DeleteItem, Query on the ledger
 * - ec2:DescribeInstances on *
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...jobsEnvironment,
  ...messagesEnvironment,
});

/** Alarms from whoever has some, this project's own functions among them. */
const AlarmsEvent = z.object({ 'detail-type': z.literal(ALARMS_DETAIL_TYPE), detail: AlarmBatch });
/** EMR's events name the cluster, EC2's spot events only the instance. */
const TroubleEvent = z.object({
  source: z.enum(['aws.emr', 'aws.ec2']),
  'detail-type': z.string(),
  time: z.string(),
  detail: z.object({
    clusterId: z.string().optional(),
    'instance-id': z.string().optional(),
    eventCode: z.string().optional(),
  }),
});
/** An execution of a net that ended badly, as Step Functions tells it. */
const FailedNetEvent = z.object({
  source: z.literal('aws.states'),
  time: z.string(),
  detail: z.object({ status: z.string(), stateMachineArn: z.string(), error: z.string().nullish() }),
});
const AnyEvent = z.union([AlarmsEvent, FailedNetEvent, TroubleEvent]);
const Raised = z.object({
  alarms: z.number().int(),
  incidents: z.array(z.string()),
  told: z.array(z.string()),
});

export const handler = stateHandler(
  { environment: Environment, input: AnyEvent, output: Raised },
  async (event, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const alarms = await alarmsIn(ledger, event);
    const live = 'time' in event ? [] : await liveIncidentIds(ledger);
    if (alarms.length + live.length === 0) return { alarms: 0, incidents: [], told: [] };
    const jobs = await deployedJobs(clients, environment);
    const fleet = await fleetOfMinute(ledger, jobs, now());
    const raised = await raiseAlarms(ledger, fleet, alarms, now());
    await settle(ledger, fleet, live, now());
    const incidents = [...new Set([...raised, ...live])].sort();
    const surroundings = { ledger, topicArn: environment.MESSAGES_TOPIC_ARN, jobs, fleet, now: now() };
    const told: string[] = [];
    const failed = await eachDespiteFailures(
      incidents,
      (id) => id,
      async (id) => {
        if (await lookAfterIncident(surroundings, id)) told.push(id);
      },
    );
    log.info('incidents', { alarms: alarms.length, incidents, told });
    if (failed.length > 0)
      throw new IncidentsUnattendedError(`${failed.length} could not be looked after: ${failed.join('; ')}`);
    return { alarms: alarms.length, incidents, told };
  },
);

async function alarmsIn(ledger: Ledger, event: z.output<typeof AnyEvent>): Promise<readonly Alarm[]> {
  if (!('time' in event)) return event.detail.alarms;
  if (event.source !== 'aws.states') return alarmsOfEvent(ledger, troubleOf(event));
  const { status, stateMachineArn, error = null } = event.detail;
  const machine = stateMachineArn.split(':').at(-1) ?? stateMachineArn;
  return [alarmOfFailedNet(machine, status, error, new Date(event.time).toISOString())];
}

function troubleOf({ source, 'detail-type': detailType, time, detail }: z.output<typeof TroubleEvent>) {
  const { clusterId, eventCode: code, 'instance-id': instanceId } = detail;
  return { source, detailType, at: new Date(time).toISOString(), clusterId, code, instanceId };
}

/** Thrown when incidents could not be looked after, after all others were: the next try does it again. */
class IncidentsUnattendedError extends RetryableError {
  override readonly name = 'IncidentsUnattendedError';
}
