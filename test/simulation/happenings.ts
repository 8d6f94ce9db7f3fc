import type { Scenario } from '../../simulator/scenario.ts';
import type { WorldFile } from '../../simulator/world/world-file.ts';
import type { TestAccount } from './account.ts';

/** Everything takes many times what the job's past lets one expect: a larger fleet still makes it. */
export const heavier = (world: WorldFile): WorldFile => withWork(world, 16);

/** So much more that the pilot sizes the rest of the flight anew, and the run lands. */
export const slower = (world: WorldFile): WorldFile => withWork(world, 60);

/** So much work that no fleet makes it in time. */
export const hopeless = (world: WorldFile): WorldFile => withWork(world, 250);

function withWork(world: WorldFile, factor: number): WorldFile {
  const program = structuredClone(world.taskPrograms.default);
  const stages = program.stages.map((stage) => ({
    ...stage,
    coreSecondsPerGib: stage.coreSecondsPerGib * factor,
    tasks: { fixed: 120 },
  }));
  return { ...world, taskPrograms: { ...world.taskPrograms, default: { ...program, stages } } };
}

/** Starts the job whose plans are approved by people, and answers what they are asked. */
export async function approve(account: TestAccount, approved = true): Promise<string> {
  const runKey = await account.start('approved');
  await account.until(() => account.messages().length > 0);
  const answer = { approved, by: 'ann', reason: approved ? 'go' : 'too dear' };
  await account.call('sfn', 'SendTaskSuccess', {
    taskToken: await account.taskToken(runKey),
    output: JSON.stringify(answer),
  });
  await account.landed();
  return runKey;
}

/** Takes spot instances back from 01:45 on, when a heavy run is in flight. */
export const RECLAIMS = { kind: 'reclaim', from: '2026-01-05T01:45:00Z', times: 2 } as const;

/** Each request for a cluster is carried out twice, as by somebody in between who tries again. */
export function launchesTwice({ kernel }: Scenario): void {
  const launch = kernel.services.get('emr')?.operations['RunJobFlow'];
  if (launch === undefined) throw new Error('EMR launches no clusters');
  const once = launch.run.bind(launch);
  Object.assign(launch, {
    run(...request: Parameters<typeof once>) {
      once(...request);
      return once(...request);
    },
  });
}
