import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  ALARMS_DETAIL_TYPE,
  ALARMS_PER_EVENT_MAX,
  type Alarm,
  type AlarmBatch,
} from '../../core/contracts/alarm.ts';
import type * as z from 'zod';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall, ServiceUnavailableError } from './failures.ts';
import { sdkClient } from './settings.ts';

const eventBridgeClient = oncePerClients((clients) => sdkClient(clients, EventBridgeClient));

/**
 * Hands alarms to whoever puts them into incidents, by the account's default event bus.
 *
 * @param source  of the events, by the deployment's name: no other deployment hears them
 * @param alarms  none: only asks to look after the incidents there are
 * @throws ServiceUnavailableError  when the bus did not take them
 */
export async function putAlarms(clients: Clients, source: string, alarms: readonly Alarm[]): Promise<void> {
  for (let from = 0; from === 0 || from < alarms.length; from += ALARMS_PER_EVENT_MAX) {
    const detail: z.output<typeof AlarmBatch> = { alarms: alarms.slice(from, from + ALARMS_PER_EVENT_MAX) };
    const Entries = [{ Source: source, DetailType: ALARMS_DETAIL_TYPE, Detail: JSON.stringify(detail) }];
    const answer = await awsCall('events:PutEvents', () =>
      eventBridgeClient(clients).send(new PutEventsCommand({ Entries })),
    );
    if ((answer.FailedEntryCount ?? 0) === 0) continue;
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    throw new ServiceUnavailableError(
      `events:PutEvents: ${refused?.ErrorCode ?? 'unknown'}: ${refused?.ErrorMessage ?? ''}`,
    );
  }
}
