/** One new process: imports a bundle and calls it once, and tells what of the processor each took. */
import * as z from 'zod';

const Order = z.object({
  file: z.string(),
  event: z.unknown(),
  environment: z.record(z.string(), z.string()),
});
const Module = z.object({
  handler: z.custom<(event: unknown, context: object) => unknown>((value) => typeof value === 'function'),
});

process.once('message', (message) => void start(message));

async function start(message: unknown): Promise<void> {
  const { file, event, environment } = Order.parse(message);
  Object.assign(process.env, environment);
  const context = { awsRequestId: 'cold', functionName: 'cold', getRemainingTimeInMillis: () => 60_000 };
  const before = milliseconds();
  const { handler } = Module.parse(await import(file));
  const imported = milliseconds();
  let answer = 'answered';
  try {
    await handler(event, context);
  } catch (error) {
    answer = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const called = milliseconds();
  process.send?.({ importMs: imported - before, firstCallMs: called - imported, answer });
  process.disconnect();
}

function milliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
