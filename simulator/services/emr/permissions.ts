import type { RequiredPermission } from '../../contracts.ts';
import type { EmrAccount } from './account.ts';

/** An action on one cluster, with the cluster's tags as condition keys. */
export function onCluster(account: EmrAccount, action: string, clusterId: string): RequiredPermission {
  const tags = [...(account.find(clusterId)?.tags ?? [])].flatMap(([key, value]) => [
    [`aws:resourcetag/${key.toLowerCase()}`, [value]] as const,
    [`elasticmapreduce:resourcetag/${key.toLowerCase()}`, [value]] as const,
  ]);
  return {
    action: `elasticmapreduce:${action}`,
    resource: account.clusterArn(clusterId),
    context: Object.fromEntries(tags),
  };
}

/** Condition keys that tell of the tags in a request. */
export function requestTags(tags: readonly { Key: string; Value: string }[]): Record<string, string[]> {
  const each = tags.flatMap(({ Key, Value }) => [
    [`aws:requesttag/${Key.toLowerCase()}`, [Value]] as const,
    [`elasticmapreduce:requesttag/${Key.toLowerCase()}`, [Value]] as const,
  ]);
  return { ...Object.fromEntries(each), 'aws:tagkeys': tags.map((tag) => tag.Key) };
}

/** The right to hand a role to a service. */
export function passRole(roleArn: string, service: string): RequiredPermission {
  return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:passedtoservice': [service] } };
}

/** ARN of a role that a request may name either way. */
export function roleArn(accountId: string, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:iam::${accountId}:role/${nameOrArn}`;
}
