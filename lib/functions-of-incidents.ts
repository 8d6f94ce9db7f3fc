import type { Environment as RaiseIncident } from '../lambdas/raise-incident.ts';
import type { Environment as WatchFleet } from '../lambdas/watch-fleet.ts';
import type { FunctionTable } from './function-table.ts';
import { allowPuttingAlarms, onEverything } from './grants.ts';
import { WATCH_FLEET_EVERY_SECONDS } from './schedules.ts';

/** From what is measured to one message about it. */
export function addIncidents(table: FunctionTable): void {
  const { ledger, jobs, messages, key, deadLetters } = table.ground;
  table.add<typeof WatchFleet>('watch-fleet', {
    description: 'Looks at what EMR measures of everything that flies: what is wrong becomes an alarm',
    environment: { ...table.ledgerVariables, ...table.alarmsVariables },
    grants: [
      ledger.allow('GetItem', 'Query'),
      onEverything(['cloudwatch:GetMetricData']),
      allowPuttingAlarms(table, table.ground.defaults.name),
      ...key.allowData('dynamodb'),
    ],
    // The next pass sees whatever this one missed.
    asynchronous: { deadLetters: deadLetters.queue, maxAgeSeconds: WATCH_FLEET_EVERY_SECONDS },
  });
  table.add<typeof RaiseIncident>('raise-incident', {
    description: 'Puts alarms into incidents, says why they are, does what may be done, tells people once',
    environment: { ...table.ledgerVariables, ...table.jobsVariables, ...table.messagesVariables },
    grants: [
      ledger.allow('GetItem', 'PutItem', 'DeleteItem', 'Query'),
      onEverything(['ec2:DescribeInstances']),
      jobs.allowReadingJobs(),
      messages.allowPublish(),
      ...key.allowData('dynamodb', 's3', 'sns'),
    ],
    timeoutSeconds: 120,
    asynchronous: { deadLetters: deadLetters.queue, maxAgeSeconds: 3600 },
  });
}
