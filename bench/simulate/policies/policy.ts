import type { GuestHandler } from '../../../simulator/services/lambda/guest-handler.ts';
import type { Scenario } from '../scenario.ts';

export const POLICY_NAMES = [
  'flarepath',
  'managed-scaling',
  'on-demand',
  'last-plan',
  'clairvoyant',
] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** A way to size and steer fleets, in place of the product's own; everything else stays as it is deployed. */
export interface Policy {
  readonly name: PolicyName;
  /** in a sentence, for people */
  readonly about: string;
  /** handlers in place of deployed ones, by function name such as `flarepath-plan-fleet` */
  readonly handlers: (scenario: Scenario) => Readonly<Record<string, GuestHandler>>;
}
