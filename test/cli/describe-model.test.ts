/** What `flarepath models show` says of a model. */
import { describe, expect, it } from 'vitest';
import { modelLines } from '../../cli/models/describe-model.ts';
import { fitRuntimeModel, RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB } from '../../core/units.ts';

function modelOf(withPeaks: boolean, parameters = false): RuntimeModel {
  const runs = Array.from({ length: 12 }, (_, i) => {
    const [cores, gib] = [16 + 16 * (i % 3), 50 + 10 * (i % 5)];
    return {
      at: new Date(Date.UTC(2026, 0, 1 + i)).toISOString(),
      inputBytes: gib * BYTES_PER_GIB,
      cores,
      nodes: cores / 8,
      memoryMib: 4096 * cores,
      coreSpeed: 1,
      runtimeSeconds: (60 + (300 * gib * (parameters ? 1 + (i % 4) : 1)) / cores) * (1 + 0.02 * (i % 2)),
      weight: 1,
      utilisation: 0.8,
      ...(withPeaks ? { peakMemoryMibPerCore: 10 * gib } : {}),
      ...(parameters ? { parameters: { passes: 1 + (i % 4) } } : {}),
    };
  });
  return fitRuntimeModel({ task: 'etl', runs, baseline: null });
}
const textOf = (model: RuntimeModel) =>
  modelLines(model, null, null)
    .map((line) => line.trim())
    .join(' ');

describe('a model shown', () => {
  it('tells how busy and how full machines will be, in units', () => {
    const text = textOf(modelOf(true));
    expect(text).toMatch(/Utilisation: odds of \d\.\d\d times what the law implies, in 9 of 10 runs/);
    expect(text).toMatch(/Peak memory, by 12 runs: 6\d\d MiB a core at 6\d\.\d GiB, 1\.[89]\d times as much/);
    expect(textOf(modelOf(false))).toContain('Peak memory: no run has told.');
    for (const line of modelLines(modelOf(true, true), null, null))
      expect(line.length).toBeLessThanOrEqual(80);
  });

  it('tells what its surface is made of where work has parameters, from its document alone', () => {
    const model = RuntimeModel.parse(JSON.parse(JSON.stringify(modelOf(true, true))));
    expect(textOf(model)).toMatch(
      /Made anew for other parameters from: \d+(\.\d)? % a sum of products, its level believed to ±22 %, its slopes by .*passes to ±0\.15/,
    );
    expect(textOf(modelOf(true))).not.toContain('Made anew');
  });
});
