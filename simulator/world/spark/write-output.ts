import { BYTES_PER_GIB } from '../../../core/units.ts';
import type { Storage } from '../storage.ts';
import type { Program } from './program.ts';
import type { StepCommand } from './step-command.ts';

interface Order {
  readonly program: Program;
  readonly command: StepCommand;
}

/** What a program leaves where its command says: parts in proportion to its load, and Hadoop's mark of success. */
export function writeOutput(storage: Storage, { program, command }: Order, loadGib: number): void {
  if (command.output === null) return;
  const bytes = Math.round(loadGib * program.outputGibPerGib * BYTES_PER_GIB);
  const count = bytes === 0 ? 0 : program.outputObjects;
  for (let i = 0; i < count; i += 1) {
    const part = String(i).padStart(5, '0');
    storage.putSparse(`${command.output}part-${part}.snappy.parquet`, Math.ceil(bytes / count));
  }
  storage.putText(`${command.output}_SUCCESS`, '');
}
