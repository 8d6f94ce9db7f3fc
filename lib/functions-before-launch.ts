import type { Environment as AdmitRun } from '../lambdas/admit-run.ts';
import type { Environment as AwaitInput } from '../lambdas/await-input.ts';
import type { Environment as ForecastLoad } from '../lambdas/forecast-load.ts';
import type { Environment as PlanFleet } from '../lambdas/plan-fleet.ts';
import type { Environment as RequestApproval } from '../lambdas/request-approval.ts';
import type { Environment as StartRun } from '../lambdas/start-run.ts';
import type { Environment as SurveyMarket } from '../lambdas/survey-market.ts';
import type { Environment as WarnOfMiss } from '../lambdas/warn-of-miss.ts';
import type { Environment as WatchStarts } from '../lambdas/watch-starts.ts';
import type { FunctionTable } from './function-table.ts';
import { onEverything } from './grants.ts';
import { executionsArn, machineArn } from './machine-names.ts';
import { maximumEventAgeSeconds, watchEverySeconds } from './schedules.ts';

/** Of a start that the function keeps failing to make, where no job is in more of a hurry. */
const START_MAX_AGE_SECONDS = 3600;

/** From the tick of a schedule to a run with its input. */
export function addBeginning(table: FunctionTable): void {
  const { ledger, documents, jobs, data, key, deadLetters, defaults } = table.ground;
  table.add<typeof StartRun>('start-run', {
    description: 'Turns a tick of a schedule, or an arrival of data, into an execution of run-job',
    environment: { ...table.jobsVariables, RUN_JOB_ARN: machineArn(table, defaults.name, 'run-job') },
    grants: [
      { actions: ['states:StartExecution'], resources: [machineArn(table, defaults.name, 'run-job')] },
      {
        actions: ['states:DescribeExecution'],
        resources: [executionsArn(table, defaults.name, 'run-job')],
        wildcardReason: 'Executions of one state machine, one per run.',
      },
      jobs.allowReadingJobs(),
    ],
    // Scheduler has handed over by then: its own bound no longer holds, this one does. One for all jobs.
    asynchronous: {
      deadLetters: deadLetters.queue,
      maxAgeSeconds: Math.min(START_MAX_AGE_SECONDS, ...jobs.deployed.jobs.map(maximumEventAgeSeconds)),
    },
  });
  table.add<typeof AdmitRun>('admit-run', {
    description: 'Writes the run key once, applies the overlap policy, freezes the job file',
    environment: { ...table.ledgerVariables, ...table.documentsVariables, ...table.jobsVariables },
    grants: [
      ledger.allow('GetItem', 'PutItem', 'UpdateItem', 'Query'),
      jobs.allowReadingJobs(),
      documents.allow('PutObject'),
      {
        actions: ['states:DescribeExecution'],
        resources: [executionsArn(table, defaults.name, 'run-job')],
        wildcardReason: 'Executions of one state machine, one per run.',
      },
      ...key.allowData('dynamodb', 's3'),
    ],
  });
  table.add<typeof AwaitInput>('await-input', {
    description: 'Looks whether the input of a run is ready, and how much of it there is',
    environment: table.documentsVariables,
    grants: [documents.allow('GetObject'), ...data.allowReadingInputs(), ...key.allowData('s3')],
    timeoutSeconds: 300,
  });
}

/** What watches over starts, and over runs that nobody ends. */
export function addWatch(table: FunctionTable): void {
  const { ledger, jobs, messages, key, deadLetters, defaults } = table.ground;
  const everySeconds = watchEverySeconds(jobs.deployed.jobs);
  const machine = (name: 'run-job' | 'release') => machineArn(table, defaults.name, name);
  table.add<typeof WatchStarts>('watch-starts', {
    description:
      'Starts what never started, releases what nobody ended, tells of deadlines that passed in silence',
    environment: {
      ...table.ledgerVariables,
      ...table.jobsVariables,
      ...table.messagesVariables,
      RUN_JOB_ARN: machine('run-job'),
      RELEASE_ARN: machine('release'),
      WATCH_EVERY_SECONDS: String(everySeconds),
    },
    grants: [
      ledger.allow('GetItem', 'PutItem', 'DeleteItem', 'Query'),
      jobs.allowReadingJobs(),
      { actions: ['states:StartExecution'], resources: [machine('run-job'), machine('release')] },
      {
        actions: ['states:DescribeExecution'],
        resources: [executionsArn(table, defaults.name, 'run-job')],
        wildcardReason: 'Executions of one state machine, one per run.',
      },
      { actions: ['states:SendTaskHeartbeat'], resources: [machine('run-job')] },
      messages.allowPublish(),
      ...key.allowData('dynamodb', 's3', 'sns'),
    ],
    // The next tick sees whatever this one missed.
    asynchronous: { deadLetters: deadLetters.queue, maxAgeSeconds: everySeconds },
  });
}

/** From the input to an approved plan. */
export function addPlanning(table: FunctionTable): void {
  const { ledger, documents, jobs, key, network } = table.ground;
  table.add<typeof ForecastLoad>('forecast-load', {
    description: 'Forecasts what a run has to process',
    environment: { ...table.ledgerVariables, ...table.documentsVariables, ...table.jobsVariables },
    grants: [
      ledger.allow('Query'),
      documents.allow('GetObject', 'PutObject'),
      jobs.allowReadingJobs(),
      ...key.allowData('dynamodb', 's3'),
    ],
  });
  table.add<typeof SurveyMarket>('survey-market', {
    description: 'Surveys what pools cost now and how likely they vanish',
    environment: {
      ...table.ledgerVariables,
      ...table.documentsVariables,
      ...table.pricesVariables,
      SUBNETS: network.zonesBySubnet,
    },
    grants: [
      ledger.allow('Query'),
      documents.allow('GetObject', 'PutObject'),
      ...documents.allowKeepingMarketLists(),
      onEverything([
        'ec2:DescribeInstanceTypeOfferings',
        'ec2:DescribeSpotPriceHistory',
        'ec2:GetSpotPlacementScores',
        'elasticmapreduce:ListSupportedInstanceTypes',
        'pricing:GetProducts',
        'servicequotas:GetServiceQuota',
      ]),
      ...key.allowData('dynamodb', 's3'),
    ],
    timeoutSeconds: 120,
  });
  table.add<typeof PlanFleet>('plan-fleet', {
    description: 'Sizes the fleet of a run',
    environment: { ...table.ledgerVariables, ...table.documentsVariables, ...table.jobsVariables },
    grants: [
      ledger.allow('GetItem', 'Query'),
      documents.allow('GetObject', 'PutObject'),
      jobs.allowReadingJobs(),
      ...key.allowData('dynamodb', 's3'),
    ],
    memoryMib: 3008,
    timeoutSeconds: 300,
  });
}

/** What is asked and told before a launch. */
export function addQuestions(table: FunctionTable): void {
  const { ledger, documents, messages, key } = table.ground;
  table.add<typeof RequestApproval>('request-approval', {
    description: 'Asks people to approve a plan',
    environment: { ...table.ledgerVariables, ...table.documentsVariables, ...table.messagesVariables },
    grants: [ledger.allow('UpdateItem'), messages.allowPublish(), ...key.allowData('dynamodb', 'sns')],
  });
  table.add<typeof WarnOfMiss>('warn-of-miss', {
    description: 'Tells people that a run which does not fly yet will miss its deadline',
    environment: { ...table.ledgerVariables, ...table.documentsVariables, ...table.messagesVariables },
    grants: [
      ledger.allow('GetItem', 'PutItem', 'Query'),
      documents.allow('GetObject'),
      messages.allowPublish(),
      ...key.allowData('dynamodb', 's3', 'sns'),
    ],
  });
}
