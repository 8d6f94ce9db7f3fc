import type { BootstrapActionConfig } from '@aws-sdk/client-emr';
import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';

/** How a cluster comes to report its progress. */
export interface ProgressReporter {
  /** key of `cluster/progress-reporter.py` in the assets bucket */
  readonly assetKey: string;
  readonly ledgerTable: string;
  readonly region: string;
}

/** Starts the reporter on the primary node; on others it does nothing, and it never fails. */
export function reporterAction(
  { assetKey, ledgerTable, region }: ProgressReporter,
  assetsBucket: string,
  plan: Pick<FleetPlan, 'expectedTaskSeconds'>,
): BootstrapActionConfig {
  const { expectedTaskSeconds } = plan;
  return {
    Name: 'Flarepath: report progress',
    ScriptBootstrapAction: {
      Path: `s3://${assetsBucket}/${assetKey}`,
      Args: [
        ...['--table', ledgerTable, '--region', region],
        ...(expectedTaskSeconds === undefined
          ? []
          : ['--expected-task-seconds', String(Math.round(expectedTaskSeconds))]),
      ],
    },
  };
}
