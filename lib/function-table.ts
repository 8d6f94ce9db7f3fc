import { Construct } from 'constructs';
import { alarmSourceOf } from '../core/contracts/alarm.ts';
import { ClusterGrants } from './cluster-grants.ts';
import { FUNCTION_NAMES, type FunctionName } from './function-names.ts';
import type { Ground } from './ground.ts';
import { StateFunction, type EnvironmentSchema, type StateFunctionProps } from './state-function.ts';

type Own<Schema extends EnvironmentSchema> = Omit<StateFunctionProps<Schema>, 'defaults' | 'functionName'>;

/** The functions of a deployment by name, and the variables that several of them share. */
export class FunctionTable extends Construct {
  readonly ground: Ground;
  readonly clusters: ClusterGrants;
  private readonly byName = new Map<FunctionName, StateFunction<EnvironmentSchema>>();

  constructor(scope: Construct, id: string, ground: Ground) {
    super(scope, id);
    this.ground = ground;
    this.clusters = new ClusterGrants(this, ground.defaults.name);
  }

  /** @typeParam Schema  type of the handler's exported `Environment` */
  add<Schema extends EnvironmentSchema>(functionName: FunctionName, own: Own<Schema>): void {
    const { defaults } = this.ground;
    this.byName.set(
      functionName,
      new StateFunction<Schema>(this, functionName, { ...own, defaults, functionName }),
    );
  }

  /** @throws Error  for a name that was not added: a mistake of the app, not of its user */
  get(name: FunctionName): StateFunction<EnvironmentSchema> {
    const found = this.byName.get(name);
    if (found === undefined)
      throw new Error(`no function ${name} was added, of ${FUNCTION_NAMES.join(', ')}`);
    return found;
  }

  get ledgerVariables() {
    return { LEDGER_TABLE: this.ground.ledger.name };
  }

  get documentsVariables() {
    return { DOCUMENTS_BUCKET: this.ground.documents.bucket.bucketName };
  }

  get jobsVariables() {
    return { ASSETS_BUCKET: this.ground.jobs.bucket.bucketName, JOBS_KEY: this.ground.jobs.key };
  }

  get messagesVariables() {
    return { MESSAGES_TOPIC_ARN: this.ground.messages.topic.topicArn };
  }

  get alarmsVariables() {
    return { ALARM_SOURCE: alarmSourceOf(this.ground.defaults.name) };
  }

  get limitsVariables() {
    return { LIMITS: JSON.stringify(this.ground.limits) };
  }

  get pricesVariables() {
    const { prices } = this.ground;
    return prices === undefined ? {} : { TEAM_PRICES: JSON.stringify(prices) };
  }

  get clusterVariables() {
    return { CLUSTER_TAGS: JSON.stringify(this.ground.clusterTags) };
  }
}
