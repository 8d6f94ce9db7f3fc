import type { FunctionName } from '../../../lib/function-names.ts';
import type { Scenario } from '../scenario.ts';

/** A known way to break the product, and a scenario in which an invariant must notice. */
export interface Mutation {
  /** of the invariant that it breaks */
  readonly invariant: string;
  /** what is no longer done, for people */
  readonly without: string;
  /** where: a source file, as these functions bundle it, or the text of a state machine */
  readonly place:
    | { readonly functions: readonly FunctionName[]; readonly file: string }
    | { readonly stateMachine: string };
  /** found there exactly once, so that a mutation cannot rot */
  readonly find: string;
  readonly replace: string;
  /** functions that do nothing meanwhile: another net would be there first */
  readonly idle?: readonly FunctionName[];
  readonly scenario: Scenario;
}
