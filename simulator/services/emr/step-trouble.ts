import type { Kernel } from '../../contracts.ts';
import type { Trouble } from '../../world/spark/trouble.ts';
import type { World } from '../../world/world.ts';
import { faultSubject, type ClusterRecord, type Step } from './model.ts';

/** Asks the scenario what shall go wrong in a step that is about to run; the first reason to fail counts. */
export function troubleOf(
  kernel: Kernel,
  world: World,
  cluster: ClusterRecord,
  step: Step,
  inputs: readonly string[],
): Trouble {
  const subject = { ...faultSubject(cluster), step: step.config.Name };
  const slow = kernel.fault('s3-slow-down', subject);
  const straggler = kernel.fault('skew-straggler', subject);
  const damage = kernel.fault('event-log-damage', subject);
  const task = failingTask(kernel, world, subject, inputs, slow?.fails === true);
  const driver = failingDriver(kernel, subject);
  return {
    ...(task === undefined ? {} : { task }),
    ...(driver === undefined ? {} : { driver }),
    ...(slow === undefined ? {} : { inputFactor: slow.factor }),
    ...(straggler === undefined ? {} : { stragglerFactor: straggler.factor }),
    ...(damage === undefined ? {} : { logDamage: damage.form }),
    withoutOutput: kernel.fault('output-missing', subject) !== undefined,
  };
}

type Subject = ReturnType<typeof faultSubject> & { readonly step: string };

function failingTask(
  kernel: Kernel,
  world: World,
  subject: Subject,
  inputs: readonly string[],
  slowedDown: boolean,
): Trouble['task'] {
  const denied = kernel.fault('access-denied', subject);
  if (denied !== undefined) return { share: 0, as: `${denied.service}-denied`, readsInput: true };
  const damaged = inputs.flatMap((uri) => world.damageOf(uri) ?? []);
  if (damaged[0] !== undefined) return { share: 0, as: damaged[0], readsInput: true };
  if (slowedDown) return { share: 0, as: 's3-slow-down', readsInput: true };
  const killed = kernel.fault('executor-out-of-memory', subject);
  if (killed !== undefined) return { share: killed.share, as: 'out-of-memory', readsInput: false };
  const full = kernel.fault('shuffle-disk-full', subject);
  return full === undefined ? undefined : { share: full.share, as: 'no-space', readsInput: false };
}

function failingDriver(kernel: Kernel, subject: Subject): Trouble['driver'] {
  const exits = kernel.fault('step-failure', subject);
  if (exits !== undefined) return { share: exits.share, as: 'exit' };
  const memory = kernel.fault('driver-out-of-memory', subject);
  if (memory !== undefined) return { share: memory.share, as: memory.form };
  const hangs = kernel.fault('hung-driver', subject);
  return hangs === undefined ? undefined : { share: hangs.share, as: 'hang' };
}
