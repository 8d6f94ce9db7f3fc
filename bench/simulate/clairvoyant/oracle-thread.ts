/** A thread that answers one question after the other, while whoever asks stands still. */
import { parentPort, workerData } from 'node:worker_threads';
import { OracleData, Question, type Answer } from './oracle-messages.ts';
import { searchPlan } from './search-plan.ts';

const { port, flag } = OracleData.parse(workerData);

parentPort?.on('message', (message: unknown) => {
  void answer(message).then((said) => {
    port.postMessage(said);
    Atomics.store(new Int32Array(flag), 0, 1);
    Atomics.notify(new Int32Array(flag), 0);
  });
});

async function answer(message: unknown): Promise<Answer> {
  try {
    const { fate, request, attempt } = Question.parse(message);
    return { plan: await searchPlan(fate, request, attempt) };
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
