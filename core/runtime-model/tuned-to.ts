import type { RuntimeModel } from './model.ts';
import { surfaceOf, tabulate } from './surface/fitted-surface.ts';
import type { WorkParameters } from './training-run.ts';

/**
 * A model for work of given parameters: what its surface says for them, as a table. A parameter that the job's runs do
 * not tell of counts for nothing, and one that is not given is as it was last.
 *
 * @returns the same model where its runs never differed in a parameter, or it holds for these already
 */
export function tunedTo(model: RuntimeModel, parameters: WorkParameters): RuntimeModel {
  const { surface, refinement } = model;
  if (surface === null || refinement === null) return model;
  const wanted = Object.fromEntries(
    Object.entries(model.parameters).map(([name, value]) => [name, parameters[name] ?? value]),
  );
  if (Object.entries(model.parameters).every(([name, value]) => wanted[name] === value)) return model;
  const table = tabulate(surfaceOf(surface), surface, wanted, refinement.axes);
  return { ...model, parameters: wanted, refinement: { ...table, scores: refinement.scores } };
}
