import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { Construct } from 'constructs';
import { ALARMS_DETAIL_TYPE, alarmSourceOf } from '../core/contracts/alarm.ts';

/** One line of a permission table: what may be done to what. */
export interface Grant {
  /** exact actions; a wildcard here fails a test */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** why a resource ends in a wildcard; without it, such a resource stops the synthesis */
  readonly wildcardReason?: string;
}

/** What an API gives no choice about: it knows no resources. */
const NO_RESOURCES = 'The action knows no resources; AWS allows it on * only.';

/**
 * Gives a role exactly these permissions and records why its wildcards are there.
 */
export function grantAll(role: iam.Role, grants: readonly Grant[]): void {
  for (const grant of grants) {
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: [...grant.actions],
        resources: [...grant.resources],
        ...(grant.conditions === undefined ? {} : { conditions: grant.conditions }),
      }),
    );
    if (grant.wildcardReason !== undefined) acknowledgeWildcards(role, grant.resources, grant.wildcardReason);
  }
}

/** Records why resources with a wildcard stand in a role's policy. */
export function acknowledgeWildcards(role: iam.Role, resources: readonly string[], reason: string): void {
  for (const resource of resources) {
    const name = flattenCfnReference(Stack.of(role).resolve(resource));
    if (name.includes('*'))
      Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${name}]`, reason });
  }
}

/** A grant of actions that know no resources. */
export function onEverything(actions: readonly string[], conditions?: Grant['conditions']): Grant {
  return {
    actions,
    resources: ['*'],
    wildcardReason: NO_RESOURCES,
    ...(conditions === undefined ? {} : { conditions }),
  };
}

/** Putting a deployment's own alarms on the account's default event bus, and no other events. */
export function allowPuttingAlarms(scope: Construct, deployment: string): Grant {
  const bus = Stack.of(scope).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: 'default',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  return {
    actions: ['events:PutEvents'],
    resources: [bus],
    conditions: {
      StringEquals: {
        'events:detail-type': ALARMS_DETAIL_TYPE,
        'events:source': alarmSourceOf(deployment),
      },
    },
  };
}
