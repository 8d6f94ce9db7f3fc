import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { EMR_TAG } from './emr-tag.ts';
import { onEverything, type Grant } from './grants.ts';

/** The tag that tells one deployment's clusters from everybody else's. */
export const DEPLOYMENT_TAG = 'flarepath';

const CLUSTER_NAMES = 'EMR names clusters; the condition leaves only those of this deployment.';

/** What functions may do to the clusters of one deployment, and to no others. */
export class ClusterGrants {
  private readonly clusters: string;
  private readonly deployment: string;

  /** @param deployment  its name, the value of DEPLOYMENT_TAG */
  constructor(scope: IConstruct, deployment: string) {
    this.clusters = Stack.of(scope).formatArn({
      service: 'elasticmapreduce',
      resource: 'cluster',
      resourceName: '*',
    });
    this.deployment = deployment;
  }

  /** @param actions  operations without their prefix, each of which names a cluster */
  allow(...actions: string[]): Grant {
    return {
      actions: actions.map((action) => `elasticmapreduce:${action}`),
      resources: [this.clusters],
      conditions: { StringEquals: { [`elasticmapreduce:ResourceTag/${DEPLOYMENT_TAG}`]: this.deployment } },
      wildcardReason: CLUSTER_NAMES,
    };
  }

  /**
   * Clusters are launched with the tags that bind everything else, or not at all. Tags given at launch are
   * checked before the cluster has a name, hence no resource. The auto-termination policy that a launch carries
   * takes a right of its own; of clusters that exist, `allow` gives it.
   *
   * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-auto-termination-policy.html
   */
  allowLaunch(): Grant {
    const actions = ['RunJobFlow', 'AddTags', 'PutAutoTerminationPolicy'];
    return onEverything(
      actions.map((action) => `elasticmapreduce:${action}`),
      {
        StringEquals: {
          [`aws:RequestTag/${EMR_TAG.key}`]: EMR_TAG.value,
          [`aws:RequestTag/${DEPLOYMENT_TAG}`]: this.deployment,
        },
      },
    );
  }

  /** EMR lists all clusters of an account to whoever may list any. */
  allowList(): Grant {
    return onEverything(['elasticmapreduce:ListClusters']);
  }
}
