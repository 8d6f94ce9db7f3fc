import * as z from 'zod';
import type { Kernel, ResourceHandler } from '../contracts.ts';
import type { AccessControl } from '../kernel/iam/access-control.ts';
import { managedPolicyDocument } from '../kernel/iam/managed-policies.ts';
import { ignored, parseKnown } from '../services/known.ts';
import { physicalName, randomText } from '../services/names.ts';

const Document = z.record(z.string(), z.unknown());
const RoleProperties = z.strictObject({
  AssumeRolePolicyDocument: Document,
  RoleName: z.string().optional(),
  Path: z.string().default('/'),
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: Document })).default([]),
  PermissionsBoundary: z.string().optional(),
  Description: ignored,
  MaxSessionDuration: ignored,
  Tags: ignored,
});
const PolicyProperties = z.strictObject({
  PolicyDocument: Document,
  PolicyName: z.string(),
  Roles: z.array(z.string()).default([]),
});
const ManagedPolicyProperties = z.strictObject({
  PolicyDocument: Document,
  ManagedPolicyName: z.string().optional(),
  Path: z.string().default('/'),
  Roles: z.array(z.string()).default([]),
  Description: ignored,
});
const InstanceProfileProperties = z.strictObject({
  Roles: z.array(z.string()).length(1),
  InstanceProfileName: z.string().optional(),
  Path: z.string().default('/'),
});
const LinkedRoleProperties = z.strictObject({
  AWSServiceName: z.string(),
  Description: ignored,
  CustomSuffix: ignored,
});

/** Roles, policies and instance profiles of a template become the account's access control. */
export function iamResources(access: AccessControl): Readonly<Record<string, ResourceHandler>> {
  const managed = new Map<string, unknown>();
  const documentOf = (arn: string): unknown => managed.get(arn) ?? managedPolicyDocument(arn);
  return {
    'AWS::IAM::Role': roleHandler(access, documentOf),
    'AWS::IAM::Policy'(logicalId, properties, kernel) {
      const policy = parseKnown(`AWS::IAM::Policy ${logicalId}`, PolicyProperties, properties);
      for (const role of policy.Roles) access.attach(role, policy.PolicyDocument);
      return { ref: policy.PolicyName, attributes: { Id: idOf(kernel, 'APPO', logicalId) } };
    },
    'AWS::IAM::ManagedPolicy'(logicalId, properties, kernel) {
      const policy = parseKnown(`AWS::IAM::ManagedPolicy ${logicalId}`, ManagedPolicyProperties, properties);
      const name = policy.ManagedPolicyName ?? physicalName(kernel, logicalId);
      const arn = arnOf(kernel, 'policy', policy.Path, name);
      managed.set(arn, policy.PolicyDocument);
      for (const role of policy.Roles) access.attach(role, policy.PolicyDocument);
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
    'AWS::IAM::InstanceProfile'(logicalId, properties, kernel) {
      const what = `AWS::IAM::InstanceProfile ${logicalId}`;
      const profile = parseKnown(what, InstanceProfileProperties, properties);
      const name = profile.InstanceProfileName ?? physicalName(kernel, logicalId);
      const arn = arnOf(kernel, 'instance-profile', profile.Path, name);
      for (const role of profile.Roles) access.addInstanceProfile({ name, arn, role });
      return { ref: name, attributes: { Arn: arn } };
    },
    'AWS::IAM::ServiceLinkedRole'(logicalId, properties) {
      const role = parseKnown(`AWS::IAM::ServiceLinkedRole ${logicalId}`, LinkedRoleProperties, properties);
      const name = `AWSServiceRoleFor-${role.AWSServiceName}`;
      return { ref: name, attributes: { RoleName: name } };
    },
  };
}

function roleHandler(access: AccessControl, documentOf: (arn: string) => unknown): ResourceHandler {
  return (logicalId, properties, kernel) => {
    const role = parseKnown(`AWS::IAM::Role ${logicalId}`, RoleProperties, properties);
    const name = role.RoleName ?? physicalName(kernel, logicalId);
    const arn = arnOf(kernel, 'role', role.Path, name);
    const inline = role.Policies.map(({ PolicyDocument }) => PolicyDocument);
    access.addRole({
      arn,
      name,
      trust: role.AssumeRolePolicyDocument,
      policies: [...role.ManagedPolicyArns.map(documentOf), ...inline],
      ...(role.PermissionsBoundary === undefined ? {} : { boundary: documentOf(role.PermissionsBoundary) }),
    });
    return { ref: name, attributes: { Arn: arn, RoleId: idOf(kernel, 'AROA', logicalId) } };
  };
}

function arnOf(kernel: Kernel, kind: string, path: string, name: string): string {
  return `arn:aws:iam::${kernel.accountId}:${kind}${path}${name}`;
}

function idOf(kernel: Kernel, prefix: string, logicalId: string): string {
  return prefix + randomText(kernel.random(`iam:${logicalId}`), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 17);
}
