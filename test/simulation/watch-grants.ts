import { AwsFailure } from '../../simulator/contracts.ts';
import type { Principal, RequiredPermission } from '../../simulator/contracts.ts';
import { grantsOf, type Grant } from '../../simulator/deploy/edit-template.ts';
import { createAccessControl } from '../../simulator/kernel/iam/access-control.ts';
import type { Scenario } from '../../simulator/scenario.ts';

interface PolicyDocument {
  readonly Statement: readonly { readonly Effect: string; readonly Action?: string | readonly string[] }[];
}
interface TemplatePolicy {
  readonly Type: string;
  readonly Properties: { readonly Roles?: readonly { readonly Ref: string }[] };
}
interface Attached {
  readonly policy: string;
  readonly document: PolicyDocument;
}

export const nameOf = ({ resource, statement, action }: Grant): string =>
  `${resource}/${statement}/${action}`;

/**
 * Watches IAM's decisions in scenarios. A grant counts as needed when some request of the product was allowed,
 * and would be denied by the same evaluation if that one action were taken out of that one statement.
 */
export function watchGrants(template: { Resources: Record<string, TemplatePolicy> }) {
  const grants = grantsOf(template);
  const needed = new Map<string, string>();
  const denials = new Set<string>();
  return {
    grants,
    /** name of a grant → the day on which something needed it */
    needed,
    denials,
    /** before the product is deployed */
    prepare(scenario: Scenario, day: string) {
      const { access, accountId, region, services } = scenario.kernel;
      const attached = new Map<string, Attached[]>();
      const attach = access.attach.bind(access);
      const denial = access.denial.bind(access);
      const seen = new Set<string>();
      const isNeeded = (principal: Principal, permission: RequiredPermission, grant: Grant, of: Attached) => {
        const role = access.role(principal.id);
        if (role === undefined) return false;
        const without = createAccessControl({ accountId, region, services });
        const policies = role.policies.map((policy) =>
          policy === of.document ? documentWithout(of.document, grant) : policy,
        );
        without.addRole({ ...role, policies });
        return without.denial(principal, [permission]) !== undefined;
      };
      Object.assign(access, {
        attach(roleName: string, document: PolicyDocument) {
          const policy = policyOf(template, roleName);
          attached.set(roleName, [...(attached.get(roleName) ?? []), { policy, document }]);
          attach(roleName, document);
        },
        denial(principal: Principal, permissions: readonly RequiredPermission[]) {
          const answer = denial(principal, permissions);
          if (answer !== undefined) denials.add(answer);
          if (answer !== undefined || principal.kind !== 'role') return answer;
          for (const permission of permissions) {
            const key = JSON.stringify([principal, permission]);
            if (seen.has(key)) continue;
            seen.add(key);
            for (const of of attached.get(access.role(principal.id)?.name ?? '') ?? []) {
              for (const grant of grants) {
                const asks = grant.action.toLowerCase() === permission.action.toLowerCase();
                if (grant.resource !== of.policy || !asks || needed.has(nameOf(grant))) continue;
                if (isNeeded(principal, permission, grant, of)) needed.set(nameOf(grant), day);
              }
            }
          }
          return answer;
        },
      });
    },
  };
}

function policyOf(template: { Resources: Record<string, TemplatePolicy> }, roleName: string): string {
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    const roles = Type === 'AWS::IAM::Policy' ? (Properties.Roles ?? []) : [];
    // a role's name is its logical id, shortened, and random letters
    if (roles.some(({ Ref }) => roleName.startsWith(`${Ref.slice(0, 51)}-`))) return logicalId;
  }
  throw new AwsFailure('NoSuchEntity', `No policy of the template is of role ${roleName}`);
}

function documentWithout(document: PolicyDocument, { statement, action }: Grant): PolicyDocument {
  const listOf = (actions: string | readonly string[] = []) =>
    typeof actions === 'string' ? [actions] : actions;
  const Statement = document.Statement.flatMap((element, index) => {
    if (index !== statement) return [element];
    const left = listOf(element.Action).filter((other) => other !== action);
    return left.length === 0 ? [] : [{ ...element, Action: left }];
  });
  return { ...document, Statement };
}
