import type { Principal, RequiredPermission, SimulatedService } from '../../contracts.ts';
import type { RequestContext } from './conditions.ts';
import { statementsOf, type Request, type Statement } from './policy-document.ts';

/** A role as the template makes it. */
export interface Role {
  readonly arn: string;
  readonly name: string;
  readonly trust: unknown;
  readonly policies: readonly unknown[];
  /** limits what the policies can allow */
  readonly boundary?: unknown;
}

/** IAM of the simulated account: who may do what. */
export interface AccessControl {
  addRole(role: Role): void;
  role(nameOrArn: string): Role | undefined;
  /**
   * Adds an identity policy to a role.
   * @throws Error when there is no such role
   */
  attach(roleName: string, document: unknown): void;
  /** an instance profile, which machines take on in place of its role */
  addInstanceProfile(profile: { readonly name: string; readonly arn: string; readonly role: string }): void;
  /** the role in an instance profile, by the profile's name or ARN */
  roleOfInstanceProfile(nameOrArn: string): Role | undefined;
  /** a policy that a resource without a service of its own carries, e.g. of a KMS key */
  addResourcePolicy(resourceArn: string, document: unknown): void;
  /** why that principal may not, in AWS's words; undefined when it may */
  denial(principal: Principal, permissions: readonly RequiredPermission[]): string | undefined;
}

interface Surroundings {
  readonly accountId: string;
  readonly region: string;
  readonly services: ReadonlyMap<string, SimulatedService>;
}

/** service part of an ARN → simulated service, where they differ */
const SERVICE_OF_ARN: Readonly<Record<string, string>> = { states: 'sfn', events: 'eventbridge' };
const MOST_CACHED_DECISIONS = 20_000;

/**
 * Evaluates identity policies, permission boundaries, resource policies and trust policies of one account: an
 * explicit Deny wins; otherwise one Allow of the identity's or of the resource's own policies is needed.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function createAccessControl(surroundings: Surroundings): AccessControl {
  const roles = new Map<string, Role>();
  const profiles = new Map<string, string>();
  const ownPolicies = new Map<string, unknown[]>();
  const decisions = new Map<string, { policies: readonly unknown[]; denial: string | undefined }>();

  const policiesOf = (resource: string): readonly unknown[] => {
    const service = resource.split(':')[2] ?? '';
    const asked =
      surroundings.services.get(SERVICE_OF_ARN[service] ?? service)?.resourcePolicies?.(resource) ?? [];
    const own = ownPolicies.get(resource);
    return own === undefined ? asked : [...asked, ...own];
  };
  const decide = (principal: Principal, permission: RequiredPermission): string | undefined => {
    const policies = policiesOf(permission.resource);
    const key = keyOf(principal, permission);
    const cached = decisions.get(key);
    if (cached !== undefined && sameMembers(cached.policies, policies)) return cached.denial;
    const denial = evaluate(surroundings, roles, principal, permission, policies);
    if (decisions.size > MOST_CACHED_DECISIONS) decisions.clear();
    decisions.set(key, { policies: [...policies], denial });
    return denial;
  };
  const find = (nameOrArn: string): Role | undefined =>
    roles.get(nameOrArn) ?? [...roles.values()].find(({ name }) => name === nameOrArn);
  const put = (role: Role): void => {
    for (const document of [role.trust, ...role.policies]) statementsOf(document);
    roles.set(role.arn, role);
    decisions.clear();
  };
  return {
    addRole: put,
    role: find,
    attach(roleName, document) {
      const role = find(roleName);
      if (role === undefined)
        throw new Error(`A policy is attached to role ${roleName}, which does not exist`);
      put({ ...role, policies: [...role.policies, document] });
    },
    addInstanceProfile({ name, arn, role }) {
      if (find(role) === undefined)
        throw new Error(`Instance profile ${name} is of role ${role}, which does not exist`);
      profiles.set(name, role).set(arn, role);
    },
    roleOfInstanceProfile: (nameOrArn) => find(profiles.get(nameOrArn) ?? ''),
    addResourcePolicy(resourceArn, document) {
      statementsOf(document);
      ownPolicies.set(resourceArn, [...(ownPolicies.get(resourceArn) ?? []), document]);
      decisions.clear();
    },
    denial(principal, permissions) {
      if (principal.kind === 'root') return undefined;
      for (const permission of permissions) {
        const denial = decide(principal, permission);
        if (denial !== undefined) return denial;
      }
      return undefined;
    },
  };
}

function keyOf(principal: Principal, { action, resource, context }: RequiredPermission): string {
  const { kind, id, sourceArn = '', assumedBy = '' } = principal;
  const asked = `${kind}\n${id}\n${sourceArn}\n${assumedBy}\n${action}\n${resource}`;
  return context === undefined ? asked : `${asked}\n${JSON.stringify(context)}`;
}

function sameMembers(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((member, index) => member === other[index]);
}

function evaluate(
  surroundings: Surroundings,
  roles: ReadonlyMap<string, Role>,
  principal: Principal,
  permission: RequiredPermission,
  resourcePolicies: readonly unknown[],
): string | undefined {
  const context = contextOf(surroundings, principal, permission);
  const request: Request = { action: permission.action, resource: permission.resource, context };
  const own = resourcePolicies.flatMap(statementsOf).filter((statement) => statement.applies(request));
  const who = userOf(principal, surroundings.accountId);
  const refused = `User: ${who} is not authorized to perform: ${permission.action} on resource: ${permission.resource}`;
  if (own.some((statement) => !statement.allows && names(statement, principal))) {
    return `${refused} with an explicit deny in a resource-based policy`;
  }
  const ownAllows = own.some((statement) => statement.allows && names(statement, principal));
  if (principal.kind === 'service') {
    return ownAllows
      ? undefined
      : `${refused} because no resource-based policy allows the ${permission.action} action`;
  }
  const role = roles.get(principal.id);
  if (role === undefined) return `${refused} because the role does not exist`;
  const untrusted = trustDenial(surroundings, role, principal);
  if (untrusted !== undefined) return untrusted;
  const identity = role.policies.flatMap(statementsOf).filter((statement) => statement.applies(request));
  if (identity.some(({ allows }) => !allows))
    return `${refused} with an explicit deny in an identity-based policy`;
  if (ownAllows) return undefined;
  if (!identity.some(({ allows }) => allows)) {
    return `${refused} because no identity-based policy allows the ${permission.action} action`;
  }
  const bounded =
    role.boundary === undefined
      ? []
      : statementsOf(role.boundary).filter((statement) => statement.applies(request));
  if (
    role.boundary !== undefined &&
    (bounded.some(({ allows }) => !allows) || !bounded.some(({ allows }) => allows))
  ) {
    return `${refused} because no permissions boundary allows the ${permission.action} action`;
  }
  return undefined;
}

/** A role that a service takes on must trust that service. */
function trustDenial({ accountId }: Surroundings, role: Role, principal: Principal): string | undefined {
  const { assumedBy, sourceArn } = principal;
  if (assumedBy === undefined) return undefined;
  const context: RequestContext = {
    'aws:sourceaccount': [accountId],
    ...(sourceArn === undefined ? {} : { 'aws:sourcearn': [sourceArn] }),
  };
  const request: Request = { action: 'sts:AssumeRole', resource: role.arn, context };
  const service: Principal = { kind: 'service', id: assumedBy };
  const applying = statementsOf(role.trust).filter(
    (statement) => statement.applies(request) && names(statement, service),
  );
  if (applying.some(({ allows }) => allows) && applying.every(({ allows }) => allows)) return undefined;
  return `User: ${assumedBy} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`;
}

/** Naming the account alone hands the decision to its identities' policies; it allows nobody by itself. */
function names({ principals }: Statement, principal: Principal): boolean {
  if (principals === undefined) return false;
  if (principals.everyone) return true;
  return principal.kind === 'service'
    ? principals.services.includes(principal.id)
    : principals.aws.includes(principal.id);
}

function contextOf(
  { accountId, region }: Surroundings,
  principal: Principal,
  permission: RequiredPermission,
): RequestContext {
  return {
    'aws:securetransport': ['true'],
    's3:tlsversion': ['1.3'],
    'aws:requestedregion': [region],
    'aws:resourceaccount': [accountId],
    'aws:principalisawsservice': [String(principal.kind === 'service')],
    ...(principal.kind === 'service'
      ? { 'aws:sourceaccount': [accountId], 'aws:principalservicename': [principal.id] }
      : { 'aws:principalarn': [principal.id], 'aws:principalaccount': [accountId] }),
    ...(principal.kind === 'service' && principal.sourceArn !== undefined
      ? { 'aws:sourcearn': [principal.sourceArn] }
      : {}),
    ...permission.context,
  };
}

function userOf(principal: Principal, accountId: string): string {
  if (principal.kind !== 'role') return principal.id;
  const name = principal.id.split('/').at(-1) ?? principal.id;
  return `arn:aws:sts::${accountId}:assumed-role/${name}/${principal.assumedBy?.split('.')[0] ?? 'session'}`;
}
