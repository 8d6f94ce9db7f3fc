import type { DeploymentLimits } from '../core/contracts/control.ts';
import type { TeamPrices } from '../core/contracts/team-prices.ts';
import type { CustomerKey } from './customer-key.ts';
import type { ClusterLogs, Documents } from './documents.ts';
import type { EmrRoles } from './emr-roles.ts';
import type { JobData } from './job-data.ts';
import type { Jobs } from './jobs.ts';
import type { Ledger } from './ledger.ts';
import type { DeadLetters, Messages } from './messages.ts';
import type { Network } from './network.ts';
import type { ProgressReporter } from './progress-reporter.ts';
import type { FunctionDefaults } from './state-function.ts';

/** What functions stand on: where they remember, whom they tell, which clusters are theirs. */
export interface Ground {
  readonly defaults: FunctionDefaults;
  /** JSON-able tags of every cluster of the deployment */
  readonly clusterTags: Readonly<Record<string, string>>;
  readonly limits: DeploymentLimits;
  /** what the team pays; undefined: list prices */
  readonly prices: TeamPrices | undefined;
  readonly key: CustomerKey;
  readonly ledger: Ledger;
  readonly documents: Documents;
  readonly clusterLogs: ClusterLogs;
  readonly messages: Messages;
  readonly deadLetters: DeadLetters;
  readonly network: Network;
  readonly roles: EmrRoles;
  readonly reporter: ProgressReporter;
  readonly jobs: Jobs;
  readonly data: JobData;
}
