import { TerminalError } from '../errors.ts';

/** Which constraint no fleet can satisfy. */
export type BindingConstraint = 'capacity' | 'deadline' | 'budget' | 'quota';

/** Thrown when no fleet satisfies the job: names the constraint that binds and what would relax it. */
export class NoFeasiblePlanError extends TerminalError {
  override readonly name = 'NoFeasiblePlanError';
  readonly binding: BindingConstraint;
  /** sentences, each with the number that would make a plan possible */
  readonly relaxations: readonly string[];

  constructor(binding: BindingConstraint, message: string, relaxations: readonly string[] = []) {
    super(relaxations.length === 0 ? message : `${message} What would help: ${relaxations.join('; ')}.`);
    this.binding = binding;
    this.relaxations = relaxations;
  }
}
