/** One process that flies scenarios one after the other, as it is told to. */
import { flyScenario } from '../fly-scenario.ts';
import { policyNamed } from '../policies/index.ts';
import { scenarioOf } from '../request.ts';
import { Order, type Answer } from './orders.ts';

process.on('message', (message) => {
  void carryOut(message).then((answer) => process.send?.(answer));
});

async function carryOut(message: unknown): Promise<Answer> {
  const { seed, request } = Order.parse(message);
  try {
    const scenario = scenarioOf(request, seed);
    const result = await flyScenario(scenario, {
      assemblyDirectory: request.assemblyDirectory,
      effort: request.effort,
      leavesOutIdlePasses: !request.everyPass,
      handlers: policyNamed(request.policy).handlers(scenario),
    });
    return { seed, result };
  } catch (error) {
    return { seed, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
