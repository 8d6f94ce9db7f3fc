import { Oracle } from '../clairvoyant/oracle.ts';
import { worldOf } from '../deploy-scenario.ts';
import type { Scenario } from '../scenario.ts';
import { planHandler } from './plan-handler.ts';

let oracle: Oracle | undefined;

/** Plans by one who knows how a scenario will go. Faults of its fault plan are not foreseen. */
export function planClairvoyant(scenario: Scenario) {
  const asked = (oracle ??= new Oracle());
  const fate = { seed: scenario.seed, world: worldOf(scenario) };
  return planHandler(({ request, job, run }) =>
    asked.ask({ fate, request, attempt: { job, run, nowMs: Date.parse(request.now) } }),
  );
}
